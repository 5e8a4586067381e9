import Experiments
import Foundation
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
  private let place: TemporaryDirectory
  private var run: URL { place.appending("run") }

  init() throws { place = try TemporaryDirectory() }

  private func resolved(_ seed: UInt64 = 0, _ contents: String = "x") throws
    -> ResolvedPlan<DecompositionPlan>
  {
    let file = place.appending("weights.bin")
    try Data(contents.utf8).write(to: file)
    return ResolvedPlan(
      plan: DecompositionPlan(base: "b", tuned: "t", seed: seed),
      inputs: [try InputFile(role: "base", file: file)])
  }

  private func message(_ body: () throws -> Void) throws -> String {
    "\(try #require(#expect(throws: ExperimentError.self, performing: body)))"
  }

  @Test func theSameWorkGoesOn() throws {
    do {
      let directory = try RunDirectory.open(run, for: resolved())
      try directory.store.finish(unit: "a", position: 0, seconds: 1) {
        try $0.record(section: "s", name: "n", position: 0, ["x": 1.5])
      }
    }
    let again = try RunDirectory.open(run, for: resolved())
    #expect(try again.store.finishedUnits() == ["a"])
    let records = try again.store.records([String: Double].self, section: "s")
    #expect(records == [["x": 1.5]])
  }

  @Test func otherWorkIsRefusedWithItsDifferences() throws {
    do { _ = try RunDirectory.open(run, for: resolved()) }
    let seeds = try message { _ = try RunDirectory.open(run, for: resolved(3)) }
    #expect(seeds.contains("seed: 0 there, 3 here"))
    let inputs = try message { _ = try RunDirectory.open(run, for: resolved(0, "y")) }
    #expect(inputs.contains("base/weights.bin"))
    let command = try message {
      _ = try RunDirectory.open(
        run, for: ResolvedPlan(plan: TrackPlan(base: "b", steps: ["1", "2"]), inputs: []))
    }
    #expect(command.contains("offaxis decompose"))
  }

  @Test func oneWriterAtATime() throws {
    let first = try RunDirectory.open(run, for: resolved())
    #expect(throws: ExperimentError.busy(directory: run.path)) {
      _ = try RunDirectory.open(run, for: resolved())
    }
    // Reading is free.
    #expect(try RunDirectory.read(run).store.value("command") == "decompose")
    withExtendedLifetime(first) {}
  }

  @Test func aDirectoryThatIsNoRunIsRefused() throws {
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    #expect(try message { _ = try RunDirectory.read(run) }.contains("results.sqlite"))
    let store = run.appending(path: "results.sqlite")
    try Data("not a database, whatever its name says".utf8).write(to: store)
    #expect(try message { _ = try RunDirectory.open(run, for: resolved()) }.contains("plan.json"))
    #expect(throws: ExperimentError.self) { _ = try RunDirectory.read(run).store.finishedUnits() }
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
    let file = place.appending("file")
    try Data().write(to: file)
    let inside = file.appending(path: "run")
    #expect(
      try message { _ = try RunDirectory.open(inside, for: resolved()) }.contains(inside.path))
  }

  @Test func aUnitThatFailsLeavesNothing() throws {
    struct Failure: Error {}
    let store = try RunDirectory.open(run, for: resolved()).store
    #expect(throws: Failure.self) {
      try store.finish(unit: "a", position: 0, seconds: 0) {
        try $0.record(section: "s", name: "n", position: 0, [1.0])
        throw Failure()
      }
    }
    #expect(try store.finishedUnits().isEmpty)
    #expect(try store.documents(section: "s").isEmpty)
  }

  @Test func aRunWithoutADirectoryVanishes() throws {
    let url: URL
    do {
      let directory = try RunDirectory.open(nil, for: resolved())
      url = directory.url
      #expect(FileManager.default.fileExists(atPath: url.path))
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test func infinitiesSurviveJSON() throws {
    let values = ["a": Double.infinity, "b": -Double.infinity, "c": 0.1]
    let text = try CanonicalJSON.text(values)
    #expect(text.contains("\"-inf\""))
    #expect(try CanonicalJSON.value([String: Double].self, from: text) == values)
  }
}
