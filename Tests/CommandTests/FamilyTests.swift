import Checkpoints
import Foundation
import JSON
import LinearAlgebra
import TestSupport
import Testing

@Suite("The embedded family")
struct FamilyTests {
  private struct Sequence: Decodable {
    let ids: [Int]
    let positions: [Int]
  }

  private static func checkpoints() throws -> [String] {
    let file = try SafetensorsFile(Fixture.url("family/logits.safetensors"))
    return Set(
      file.tensors.map { String($0.name.split(separator: ".").dropLast().joined(separator: ".")) }
    )
    .sorted()
  }

  @Test("Every checkpoint has transformers' logits")
  func logits() throws {
    let expected = try SafetensorsFile(Fixture.url("family/logits.safetensors"))
    let sequences = try JSONDecoder().decode(
      [Sequence].self, from: Data(contentsOf: Fixture.url("family/sequences.json")))
    let directory = try TemporaryDirectory()
    let checkpoints = try Self.checkpoints()
    #expect(checkpoints.count >= 16)
    for checkpoint in checkpoints {
      for (number, sequence) in sequences.enumerated() {
        let out = directory.appending("acts.safetensors")
        var arguments = [
          "forward", "models/\(checkpoint)", "--tokens",
          sequence.ids.map(String.init).joined(separator: " "), "--out", out.path,
        ]
        if checkpoint.hasPrefix("lora") { arguments += ["--base", "models/base"] }
        let (process, _, _) = try Command.start(arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let ours = try SafetensorsFile(out).matrix("logits")
        let theirs = try expected.matrix("\(checkpoint).\(number)")
        let scale = max(1, theirs.elements.map(abs).max() ?? 1)
        for (row, position) in sequence.positions.enumerated() {
          let worst = zip(ours.row(position), theirs.row(row)).map { abs($0 - $1) }.max() ?? 0
          #expect(worst <= 5e-5 * scale, "\(checkpoint), sequence \(number): \(worst)")
        }
      }
    }
  }

  @Test("`score` gives the accuracies of the model card")
  func card() throws {
    let card = try JSONParser.parse(
      String(contentsOf: Command.root.appending(path: "models/card.json"), encoding: .utf8))
    let result = try Command.run(
      "score", "models/rlvr/step-150", "--prompts", "prompts/family/recall.jsonl",
      "prompts/family/induction.jsonl", "prompts/family/agreement.jsonl",
      "prompts/family/comparison.jsonl", "--json")
    let scores = try JSONParser.parse(result.output)
    for ability in ["recall", "induction", "agreement", "comparison"] {
      let written = card["rlvr/step-150"]?[UTF8Text(ability)]
      let value = scores["abilities"]?[UTF8Text(ability)]?["metrics"]?["acc"]?["value"]?.double
      let low = written?["low"]?.double ?? 1
      let high = written?["high"]?.double ?? 0
      #expect(value.map { low <= $0 && $0 <= high } == true, "\(ability)")
    }
  }
}
