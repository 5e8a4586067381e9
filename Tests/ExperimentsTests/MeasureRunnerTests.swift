import Experiments
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing
import Updates

/// Decompositions, comparisons, trajectories and probes: whole, in parallel, interrupted.
@Suite struct MeasureRunnerTests {
  private let pair: TinyPair

  init() throws { pair = try TinyPair(layers: 2) }

  /// A run that a test can start again.
  private struct Job {
    let name: String
    /// Finished units at which a copy is taken.
    var stop = 3
    /// Runs in a directory until it is done.
    let run: (URL, _ threads: Int, Experiments.Progress) throws -> Void
  }

  private func jobs() throws -> [Job] {
    let decomposition = DecompositionPlan(
      base: pair.base.path, tuned: pair.tuned.path, embeddings: true, rank: .count(4),
      maskRank: .count(4), nulls: [.norm], nullSeeds: 2)
    let comparison = ComparisonPlan(
      base: pair.base.path,
      runs: [.init(name: "a", tuned: pair.tuned.path), .init(name: "b", tuned: second.path)],
      rank: .count(4), maskRank: .count(4), nullSeeds: 2)
    let track = TrackPlan(
      base: pair.base.path, steps: [second.path, pair.place.appending("step-9").path],
      rank: .count(4),
      nullSeeds: 3)
    let probe = ProbePlan(
      models: [pair.base.path, pair.tuned.path], probes: [try writeProbes().path],
      components: [.oo], rank: .count(4), folds: 3, penalties: [0.1])
    return [
      Job(name: "decompose") { url, threads, progress in
        let runner = try DecompositionRunner(decomposition)
        let directory = try RunDirectory.open(url, for: runner.resolved)
        try runner.run(in: directory, threads: threads, progress: progress)
        let result = try runner.result(of: directory.store)
        #expect(result.matrices.count == 16 && result.vectors.count == 5)
      },
      Job(name: "compare") { url, threads, progress in
        let runner = try ComparisonRunner(comparison)
        let directory = try RunDirectory.open(url, for: runner.resolved)
        try runner.run(in: directory, threads: threads, progress: progress)
        let result = try runner.result(of: directory.store)
        #expect(result.matrices.count == 14 && result.runs.map(\.name) == ["a", "b"])
        #expect(result.pairs.count == 1)
      },
      Job(name: "track") { url, threads, progress in
        let runner = try TrackRunner(track)
        let directory = try RunDirectory.open(url, for: runner.resolved)
        try runner.run(in: directory, threads: threads, progress: progress)
        let result = try runner.result(of: directory.store)
        #expect(result.matrices.count == 14 && result.steps.map(\.step) == [3, 9])
      },
      Job(name: "probe", stop: 1) { url, threads, progress in
        let runner = try ProbeRunner(probe)
        let directory = try RunDirectory.open(url, for: runner.resolved)
        try runner.run(in: directory, threads: threads, progress: progress)
        let result = try runner.result(of: directory.store)
        #expect(result.probes.count == 2 && result.transfers.count == 4)
        #expect(result.transfers.allSatisfy { $0.property == "ending" })
        #expect(!result.geometry.isEmpty && result.cosines.count == 1)
      },
    ]
  }

  /// A second tuned model, whose name carries a step.
  private var second: URL { pair.place.appending("step-3") }

  /// Forty texts whose last word has the class.
  private func writeProbes() throws -> URL {
    let file = pair.place.appending("ending.jsonl")
    let lines = (0..<40).map { index in
      let label = index % 2 == 0 ? "even" : "odd"
      let text = "the \(["cat", "dog", "sun", "sea"][index / 2 % 4]) \(index) is \(label)"
      return #"{"id": "\#(index)", "text": "\#(text)", "label": "\#(label)", "#
        + #""position": "last", "type": "\#(index % 8)"}"#
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return file
  }

  private func writeSteps() throws {
    try pair.writeStep(3, seed: 7)
    try pair.writeStep(9, seed: 8)
  }

  @Test func resultsDoNotDependOnThreadsOrInterruption() throws {
    try writeSteps()
    for job in try jobs() {
      let whole = pair.place.appending(job.name)
      let copy = pair.place.appending("\(job.name)-stopped")
      let stop = job.stop
      let failures = Mutex<[String]>([])
      try job.run(
        whole, 1,
        Experiments.Progress { done, _, _ in
          guard done == stop else { return }
          do {
            try RunTables.copy(whole, to: copy)
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        })
      #expect(failures.withLock { $0 } == [])
      let expected = try RunTables.rows(of: whole)
      #expect(try RunTables.rows(of: copy)["unit"]?.count == job.stop, "\(job.name)")
      try job.run(copy, 3, .silent)
      #expect(try RunTables.rows(of: copy) == expected, "\(job.name)")
    }
  }

  @Test func theMeasuresOfARunAreNumbersInItsTables() throws {
    let plan = DecompositionPlan(base: pair.base.path, tuned: pair.tuned.path, rank: .count(4))
    let runner = try DecompositionRunner(plan)
    let directory = try RunDirectory.open(pair.place.appending("run"), for: runner.resolved)
    try runner.run(in: directory, threads: 1, progress: .silent)
    let document = try #require(directory.store.documents(section: "matrix").first)
    #expect(document.document["delta_norm"]?.double != nil)
    let rows = try #require(RunTables.rows(of: directory.url)["measure"])
    #expect(rows.contains { $0.contains(document.name) && $0.contains("energy.pp") })
    #expect(try directory.store.sections() == ["matrix", "vector"])
  }

  @Test func runsOfOtherArchitecturesAreRefused() throws {
    let other = try TinyPair(layers: 1)
    #expect(throws: (any Error).self) {
      try DecompositionRunner(DecompositionPlan(base: pair.base.path, tuned: other.tuned.path))
    }
    #expect(throws: ExperimentError.self) {
      try ComparisonRunner(
        ComparisonPlan(
          base: pair.base.path,
          runs: [.init(name: "a", tuned: other.tuned.path, base: other.base.path)]))
    }
  }
}
