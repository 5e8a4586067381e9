import Foundation
import TestSupport
import Testing

@Suite("The page")
struct ReportTests {
  @Test("Prompts with markup show as text, and nothing is loaded from elsewhere")
  func escaping() throws {
    let directory = try TemporaryDirectory()
    let prompts = directory.appending("prompts.jsonl")
    let lines = (0..<8).map { number in
      """
      {"id": "\(number)", "ability": "odd <b>ability</b>", "kind": "choice", \
      "prompt": "Q: </script><script>alert(\(number))</script> larger, \(number) or 52? A:", \
      "choices": [" \(number)", " 52"], "answer": \(number % 2)}
      """
    }
    try lines.joined(separator: "\n").write(to: prompts, atomically: true, encoding: .utf8)
    let run = directory.appending("run").path
    let ablation = try Command.run(
      "ablate", "models/base", "models/sft-foreign/step-150", "--prompts", prompts.path,
      "--control-seeds", "2", "--components", "all,principal", "--run", run)
    #expect(ablation.status == 0, "\(ablation.errors)")
    let report = try Command.run("report", run)
    #expect(report.status == 0, "\(report.errors)")
    let page = try String(
      contentsOfFile: report.output.trimmingCharacters(in: .whitespacesAndNewlines),
      encoding: .utf8)
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("<b>ability</b>"))
    for external in ["src=\"http", "href=\"http", "@import", "url(http"] {
      #expect(!page.contains(external), "\(external)")
    }
  }

  @Test("An edited checkpoint is the edit that was scored")
  func edited() throws {
    let directory = try TemporaryDirectory()
    let out = directory.appending("edited").path
    let edit = try Command.run(
      "edit", "models/base", "models/rlvr/step-150", "--remove", "off-principal", "--out", out)
    #expect(edit.status == 0, "\(edit.errors)")
    let again = try Command.run(
      "edit", "models/base", "models/rlvr/step-150", "--remove", "off-principal", "--out", out)
    #expect(again.status == 1)
    let score = try Command.run(
      "score", out, "--prompts", "prompts/family/recall.jsonl", "--limit", "20")
    #expect(score.status == 0)
  }
}
