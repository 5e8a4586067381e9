import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Edits of adapters")
struct AdapterEditTests {
  typealias Fixture = EditFixture

  /// A rank-2 adapter on the output projections of the fixture's base.
  static func pair(in directory: URL) throws -> CheckpointPair {
    let config =
      #"{"peft_type":"LORA","r":2,"lora_alpha":6,"target_modules":["o_proj"],"task_type":"CAUSAL_LM"}"#
    try Data(config.utf8).write(to: directory.appending(path: "adapter_config.json"))
    var tensors: [(name: String, shape: [Int], elements: [Float])] = []
    for layer in 0..<2 {
      let prefix = "base_model.model.model.layers.\(layer).self_attn.o_proj"
      let elements = (0..<32).map { Float(($0 * 7 + layer) % 11 - 5) / 50 }
      tensors.append(("\(prefix).lora_A.weight", [2, 16], elements))
      tensors.append(("\(prefix).lora_B.weight", [16, 2], elements))
    }
    try SafetensorsWriter.write(
      InMemoryTensors(tensors), to: directory.appending(path: "adapter_model.safetensors"))
    return try .open(base: Fixture.directory.appending(path: "base"), tuned: directory)
  }

  @Test("the update of an adapter is split, has its rank, and is written like the base")
  func adapter() throws {
    try Fixture.withTemporaryDirectory { directory in
      let pair = try Self.pair(in: directory)
      let removed = try Fixture.tensors(Fixture.edit(.remove, .all), of: pair)
      let headless = try Fixture.tensors(Fixture.edit(.remove, .head(2)), of: pair)
      for record in try headless.report() {
        let isAdapted = record.module == "o_proj"
        #expect(isAdapted == (record.deltaNorm > 0.01))
        if isAdapted { #expect(abs(record.energyShare - 1) < 1e-5) }
        let base = try pair.base.source.matrix(record.name)
        #expect(largestDifference(try removed.matrix(record.name), base) <= 2.5e-7)
        #expect(largestDifference(try headless.matrix(record.name), base) <= 5e-7)
      }
      let output = directory.appending(path: "merged")
      let kept = try Fixture.tensors(Fixture.edit(.keep, .all), of: pair)
      _ = try CheckpointExporter.write(kept, like: pair.tuned, to: output)
      let merged = try ModelCheckpoint.open(output)
      #expect(merged.storedDType == .bf16)
      for info in merged.source.tensors {
        let exact = try pair.tuned.source.matrix(info.name).elements
        #expect(try merged.source.matrix(info.name).elements == exact.map(BFloat16.rounded))
      }
    }
  }
}
