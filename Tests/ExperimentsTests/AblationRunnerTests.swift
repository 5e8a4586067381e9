import Architecture
import Checkpoints
import Edits
import Evaluation
import Experiments
import Foundation
import Synchronization
import TestSupport
import Testing
import Updates

@Suite struct AblationRunnerTests {
  private let pair: TinyPair

  init() throws { pair = try TinyPair() }

  /// Runs a plan to its end in a directory of the pair.
  private func run(
    _ plan: AblationPlan, in name: String, threads: Int = 1,
    progress: Experiments.Progress = .silent
  ) throws -> (url: URL, scores: AblationScores) {
    let runner = try AblationRunner(plan)
    let url = pair.place.appending(name)
    let directory = try RunDirectory.open(url, for: runner.resolved)
    _ = try runner.run(in: directory, threads: threads, progress: progress)
    _ = try runner.result(of: directory.store)
    return (url, try directory.store.ablationScores())
  }

  @Test func removingEverythingGivesTheBase() throws {
    let plan = pair.plan {
      ($0.components, $0.operations, $0.by) = ([.all], [.remove], [.model])
      ($0.include, $0.controls) = ([.embeddings, .norms], [])
    }
    let scores = try run(plan, in: "all").scores
    let (base, edited) = (scores.soft("base"), scores.soft("remove/all/model=all"))
    #expect(base.count == 35)
    #expect(zip(base, edited).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(zip(base, scores.soft("tuned")).contains { abs($0 - $1) > 0.01 })
  }

  @Test func aFactorOfZeroLeavesTheReferenceBitForBit() throws {
    let plan = pair.plan { ($0.lambda, $0.components, $0.controls) = (0, [.pp, .oo, .rest], []) }
    let scores = try run(plan, in: "zero").scores
    let edits = scores.conditions.filter { $0.kind == .edit && !$0.isRounded }
    #expect(edits.count == 2 * (3 + 3 * 2))
    for edit in edits {
      let reference = edit.operation == "keep" ? "base" : "tuned"
      #expect(scores.bits(edit.id) == scores.bits(reference), "\(edit.id)")
    }
    #expect(scores.bits("base") != scores.bits("tuned"))
  }

  @Test func scoresAreThoseOfTheExportedModelBitForBit() throws {
    let plan = pair.plan { $0.controlSeeds = 1 }
    let scores = try run(plan, in: "swept").scores
    let checkpoints = try CheckpointPair.open(base: pair.base, tuned: pair.tuned)
    var compared = 0
    for condition in scores.conditions where condition.kind == .edit || condition.kind == .control {
      var edit = Edit(
        operation: try #require(Edit.Operation(rawValue: condition.operation ?? "")),
        component: try Component(parsing: condition.component ?? ""),
        selection: try WeightSelection(layers: condition.layers, modules: condition.modules),
        rank: .count(4), rounding: condition.isRounded ? .bf16 : nil)
      if condition.kind == .control {
        edit.control = .init(control: .randomEnergy, seed: plan.seed)
      }
      let place = pair.place.appending("edited-\(compared)")
      _ = try EditExport.write(edit, of: checkpoints, to: place, threads: 1)
      let model = try ModelScores.score(
        try ModelCheckpoint.open(place), tokenizerIn: pair.base, prompts: pair.prompts, seed: 5)
      #expect(scores.bits(condition.id) == model.scores.flatMap(\.bits), "\(condition.id)")
      compared += 1
    }
    // Two operations of two components of a model and three layers with a control, rest, bf16.
    #expect(compared == 2 * (2 * 4 * 2 + 1) + 1)
  }

  @Test func resultsDoNotDependOnThreads() throws {
    let plan = pair.plan()
    let (one, three) = (try run(plan, in: "one"), try run(plan, in: "three", threads: 3))
    #expect(try RunTables.rows(of: one.url) == RunTables.rows(of: three.url))
  }

  @Test func anInterruptedRunEndsAsAnUninterruptedOne() throws {
    let plan = pair.plan { ($0.by, $0.operations) = ([.layer, .matrix], [.remove]) }
    let stops = [0, 1, 2, 17]
    let failures = Mutex<[String]>([])
    let url = pair.place.appending("whole")
    let copies = stops.map { pair.place.appending("stopped-\($0)") }
    let whole = try run(
      plan, in: "whole",
      progress: Experiments.Progress { done, _, _ in
        guard let index = stops.firstIndex(of: done) else { return }
        do {
          try RunTables.copy(url, to: copies[index])
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      })
    #expect(failures.withLock { $0 } == [])
    let expected = try RunTables.rows(of: whole.url)
    for (stop, copy) in zip(stops, copies) {
      // The prompts are a unit of their own.
      #expect(try RunTables.rows(of: copy)["unit"]?.count == stop + 1)
      _ = try run(plan, in: copy.lastPathComponent)
      #expect(try RunTables.rows(of: copy) == expected)
    }
  }

  @Test func everyPromptHasAScoreUnderEveryCondition() throws {
    let scores = try run(pair.plan(), in: "complete").scores
    #expect(scores.abilities == ["choice", "completion", "generate", "minimal-pair", "text"])
    for condition in scores.conditions {
      for ability in scores.abilities {
        let values = try #require(scores.scores[condition.id]?[ability])
        #expect(values.count == (ability == "generate" ? 3 : 8))
        #expect(values.allSatisfy { ($0.hard == nil) == (ability == "text") && $0.soft != nil })
      }
      if condition.kind == .edit, condition.by == "model" {
        let texts = try #require(scores.scores[condition.id]?["text"])
        #expect(texts.allSatisfy { ($0.details?.klFromBase ?? -1) > 0 })
      }
    }
  }

  @Test func blocksShareOutTheEnergyOfAnUpdate() throws {
    let plan = pair.plan {
      ($0.components, $0.operations) = ([.pp, .po, .op, .oo, .all], [.remove])
    }
    let scores = try run(plan, in: "energy").scores
    let edits = scores.conditions.filter { $0.kind == .edit && !$0.isRounded }
    for (_, blocks) in Dictionary(grouping: edits, by: { "\($0.by ?? "") \($0.layers ?? "")" }) {
      let shares = blocks.filter { $0.component != "all" }.compactMap(\.energyShare)
      #expect(shares.count == 4)
      #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
    }
    for control in scores.conditions where control.kind == .control {
      let edit = try #require(scores.conditions.first { $0.id == control.controlOf })
      #expect(abs((control.energyShare ?? 0) - (edit.energyShare ?? 1)) < 1e-4)
    }
  }

  @Test func whatCannotRunIsRefusedBeforeAnythingIsScored() throws {
    #expect(throws: ArchitectureError.self) {
      try AblationRunner(pair.plan { $0.selection.layers = LayerSet([7]) })
    }
    #expect(throws: EvaluationError.self) {
      try AblationRunner(pair.plan { $0.prompts = [pair.base.path + "/none.jsonl"] })
    }
    #expect(throws: CheckpointError.self) {
      try AblationRunner(pair.plan { $0.tuned = pair.place.appending("nowhere").path })
    }
  }
}

extension AblationScores {
  /// The soft scores of a condition, ability by ability.
  fileprivate func soft(_ condition: String) -> [Double] {
    abilities.flatMap { scores[condition]?[$0] ?? [] }.compactMap(\.soft)
  }

  /// Hard and soft scores of a condition as bits, ability by ability.
  fileprivate func bits(_ condition: String) -> [UInt64?] {
    abilities.flatMap { scores[condition]?[$0] ?? [] }.flatMap {
      [$0.hard?.bitPattern, $0.soft?.bitPattern]
    }
  }
}

extension PromptScore {
  /// Hard and soft score as bits.
  fileprivate var bits: [UInt64?] { [hard?.bitPattern, soft?.bitPattern] }
}
