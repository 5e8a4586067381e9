import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite("Checkpoint pair")
struct CheckpointPairTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func base(_ change: (inout TinyDecoder) -> Void = { _ in }) throws -> URL {
    try TinyDecoder("llama", change).write(seed: 1, to: directory.appending(UUID().uuidString))
  }

  private func tuned(_ change: (inout TinyDecoder) -> Void = { _ in }) throws -> URL {
    try TinyDecoder("llama", change).writeTuned(
      seed: 1, tuningSeed: 2, modules: [.query, .down], to: directory.appending(UUID().uuidString))
  }

  @Test("the difference is exact, and only changed tensors differ")
  func difference() throws {
    for dtype in [DType.bf16, .f32] {
      let pair = try CheckpointPair.open(
        base: base { $0.dtype = dtype }, tuned: tuned { $0.dtype = dtype })
      #expect(pair.warnings.isEmpty)
      #expect(
        try pair.differingTensors()
          == (0..<2).flatMap { layer in
            ["self_attn.q_proj", "mlp.down_proj"].map { "model.layers.\(layer).\($0).weight" }
          })
      let name = "model.layers.1.mlp.down_proj.weight"
      let (before, after) = (
        try pair.base.source.matrix(name), try pair.tuned.source.matrix(name)
      )
      let delta = try pair.deltaDouble(name)
      #expect(delta.rows == 32 && delta.columns == 48)
      for (found, (new, old)) in zip(delta.elements, zip(after.elements, before.elements)) {
        #expect(found == Double(new) - Double(old))
      }
      #expect(try pair.delta(name) == delta.converted())
      #expect(try pair.deltaDouble("model.norm.weight").elements.allSatisfy { $0 == 0 })
    }
  }

  @Test("checkpoints in several dtypes are compared by value, with a warning")
  func dtypes() throws {
    let pair = try CheckpointPair.open(base: base { $0.dtype = .bf16 }, tuned: base())
    #expect(pair.warnings.count == 1)
    #expect(try pair.differs("model.layers.0.mlp.up_proj.weight"))
    let same = try CheckpointPair.open(
      base: base { $0.dtype = .f64 }, tuned: base { $0.dtype = .f32 })
    #expect(try same.differingTensors().isEmpty)
  }

  @Test("models that are no versions of one are refused with the difference")
  func mismatches() throws {
    let cases: [((inout TinyDecoder) -> Void, String)] = [
      ({ $0.vocabulary = 65 }, "65"), ({ $0.tied = true }, "ties"), ({ $0.layers = 3 }, "layers.2"),
      ({ $0.hidden = 40 }, "[40, 32]"), ({ $0.config["rope_theta"] = "5e5" }, "rotary"),
      ({ $0.config["rms_norm_eps"] = "1e-6" }, "rms_norm_eps"),
      ({ $0.config["attention_bias"] = "true" }, "bias"),
      ({ ($0.heads, $0.headWidth, $0.keyValueHeads) = (8, 4, 4) }, "heads"),
    ]
    let first = try base()
    for (change, word) in cases {
      let second = try base(change)
      let error = #expect(throws: CheckpointError.self) {
        try CheckpointPair.open(base: first, tuned: second)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains(word), "\(word)")
    }
  }

  @Test("tokenizers that differ are a warning")
  func tokenizers() throws {
    let (first, second) = (try base(), try tuned())
    for (url, text) in [(first, "{}"), (second, "{ }")] {
      try Data(text.utf8).write(to: url.appending(path: "tokenizer.json"))
    }
    let pair = try CheckpointPair.open(base: first, tuned: second)
    #expect(pair.warnings.count == 1 && pair.warnings[0].contains("tokenizer.json"))
    #expect(pair.base.files.contains { $0.lastPathComponent == "tokenizer.json" })
  }

  @Test("a weight that is not finite is named with its place")
  func notFinite() throws {
    let name = "model.layers.0.self_attn.k_proj.weight"
    let (first, second) = (try base(), try tuned())
    let weights = second.appending(path: "model.safetensors")
    let source = try SafetensorsFile(weights)
    try SafetensorsWriter.write(source.tensors, to: weights) { tensor, rows, buffer in
      try source.read(tensor, rows: rows, into: buffer)
      if tensor == name { buffer[2 * 32 + 7] = .nan }
    }
    let pair = try CheckpointPair.open(base: first, tuned: second)
    #expect(
      throws: CheckpointError.notFinite(name: name, path: second.path, row: 2, column: 7)
    ) { try pair.delta(name) }
    #expect(try pair.delta("model.layers.0.self_attn.q_proj.weight").rows == 32)
  }
}
