import Foundation
import TestSupport
import Testing

@Suite("Interrupted runs")
struct ResumeTests {
  private static let sweep = [
    "ablate", "models/base", "models/rlvr/step-150", "--prompts", "prompts/family/recall.jsonl",
    "prompts/family/agreement.jsonl", "--sample", "30", "--by", "layer", "--components",
    "principal,oo", "--operation", "remove", "--control-seeds", "2", "--threads", "1",
  ]

  @Test("Killed twenty times at random moments, a sweep ends with the same tables and report")
  func killed() throws {
    let directory = try TemporaryDirectory()
    let whole = directory.appending("whole")
    let broken = directory.appending("broken")
    let (reference, _, _) = try Command.start(Self.sweep + ["--run", whole.path])
    reference.waitUntilExit()
    #expect(reference.terminationStatus == 0)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let (process, _, _) = try Command.start(Self.sweep + ["--run", broken.path])
      usleep(UInt32.random(in: 1_000...150_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let (last, _, errors) = try Command.start(Self.sweep + ["--run", broken.path])
    let message = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0, "\(message)")
    for name in ["conditions.csv", "effects.csv", "additivity.csv"] {
      let contents = try [whole, broken].map {
        try Data(contentsOf: $0.appending(path: name))
      }
      #expect(contents[0] == contents[1], "\(name)")
    }
    let reports = try [whole, broken].map { run in
      try Command.run("report", run.path, "--format", "json", "--out", "-").output
        .replacing("\"\(run.lastPathComponent)\"", with: "\"run\"")
        .replacing(run.path, with: "run")
    }
    #expect(reports[0] == reports[1])
  }

  @Test("A run directory with other work is refused")
  func otherWork() throws {
    let directory = try TemporaryDirectory()
    let run = directory.appending("run").path
    let first = try Command.run(
      "decompose", "models/base", "models/sft/step-50", "--layers", "0", "--modules", "q_proj",
      "--run", run)
    #expect(first.status == 0)
    let second = try Command.run(
      "decompose", "models/base", "models/sft/step-50", "--layers", "1", "--modules", "q_proj",
      "--run", run)
    #expect(second.status == 1)
    #expect(second.errors.contains("other work"))
    #expect(second.errors.contains("layers"))
  }
}
