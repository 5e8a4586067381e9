import Architecture
import Edits
import Experiments
import Foundation
import TestSupport
import Testing
import Updates

@Suite struct PlanTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func resolved<P: Plan>(_ plan: P, _ contents: String = "{}") throws -> ResolvedPlan<P> {
    let file = directory.appending("weights.bin")
    try Data(contents.utf8).write(to: file)
    return ResolvedPlan(plan: plan, inputs: [try InputFile(role: "base", file: file)])
  }

  private func written(_ text: String) throws -> URL {
    let file = directory.appending("plan.json")
    try Data(text.utf8).write(to: file)
    return file
  }

  private func requireRoundTrip<P: Plan>(of plan: P) throws {
    let resolved = try resolved(plan)
    let file = try PlanFile(resolved)
    let read = try PlanFile<P>(contentsOf: written(file.text))
    #expect(read.plan == plan)
    #expect(read.inputs == resolved.inputs)
    #expect(read.hash == file.hash)
    #expect(try read.text == file.text)
  }

  @Test func everyPlanReadsBackWhatItWrote() throws {
    try requireRoundTrip(of: Samples.ablation)
    try requireRoundTrip(of: AblationPlan(base: "b", tuned: "t", prompts: ["p"]))
    try requireRoundTrip(
      of: DecompositionPlan(base: "b", tuned: "t", nulls: UpdateNull.allCases, seed: .max))
    try requireRoundTrip(
      of: ComparisonPlan(
        base: "b", runs: [.init(name: "a", tuned: "x"), .init(name: "b", tuned: "y", base: "z")]))
    try requireRoundTrip(of: TrackPlan(base: "b", steps: ["s1", "s2"], scores: "s.csv"))
    try requireRoundTrip(
      of: ProbePlan(models: ["b", "t"], probes: ["p"], components: [.oo, .tail(3)]))
  }

  @Test func aKeyThatNoPlanHasIsRefusedByName() throws {
    let text = try PlanFile(resolved(Samples.ablation)).text
    let renamed = text.replacing("\"control_seeds\"", with: "\"controll_seeds\"")
    for (changed, key) in [
      (text.replacing("\"seed\"", with: "\"seeed\" : 3, \"seed\""), "\"plan.seeed\""),
      (renamed, "plan.control_seeds"),
      (text.replacing("\"command\"", with: "\"comment\" : \"x\", \"command\""), "\"comment\""),
    ] {
      let error = #expect(throws: ExperimentError.self) {
        try PlanFile<AblationPlan>(contentsOf: written(changed))
      }
      #expect("\(try #require(error))".contains(key))
    }
  }

  @Test func aPlanOfAnotherCommandIsRefused() throws {
    let file = try written(PlanFile(resolved(DecompositionPlan(base: "b", tuned: "t"))).text)
    let error = #expect(throws: ExperimentError.self) {
      try PlanFile<AblationPlan>(contentsOf: file)
    }
    let message = "\(try #require(error))"
    #expect(message.contains("offaxis decompose") && message.contains("offaxis ablate"))
  }

  @Test func whatIsNoPlanIsRefused() throws {
    for text in ["", "[]", "{", "{\"plan\": {}}", "{\"command\": \"ablate\"}"] {
      #expect(throws: ExperimentError.self) {
        try PlanFile<AblationPlan>(contentsOf: written(text))
      }
    }
    #expect(throws: ExperimentError.self) {
      try PlanFile<AblationPlan>(contentsOf: directory.appending("missing.json"))
    }
  }

  @Test func contradictionsAreRefusedWithTheOptionThatMakesThem() throws {
    let plan = AblationPlan(base: "b", tuned: "t", prompts: ["p"])
    let changes: [(String, (inout AblationPlan) -> Void)] = [
      ("--prompts", { $0.prompts = [] }), ("--components", { $0.components = [] }),
      ("--operation", { $0.operations = [] }), ("--by", { $0.by = [] }),
      ("--lambda", { $0.lambda = .nan }), ("--mask-alpha", { $0.maskAlpha = 1 }),
      ("--control-seeds", { $0.controlSeeds = 0 }), ("--limit", { $0.limit = 0 }),
      ("--sample", { $0.sample = 0 }),
      ("--rescale", { ($0.rescale, $0.lambda) = (true, 0) }),
    ]
    try plan.validate()
    for (option, change) in changes {
      var changed = plan
      change(&changed)
      let error = #expect(throws: ExperimentError.self) { try changed.validate() }
      #expect("\(try #require(error))".contains(option))
    }
    let others: [any Plan] = [
      ComparisonPlan(base: "b", runs: []), TrackPlan(base: "b", steps: ["one"]),
      ComparisonPlan(
        base: "b", runs: [.init(name: "a", tuned: "x"), .init(name: "a", tuned: "y")]),
      ProbePlan(models: ["b"], probes: ["p"], components: [.oo]),
      ProbePlan(models: ["b"], probes: ["p"], by: [.matrix]),
      DecompositionPlan(base: "b", tuned: "t", nulls: UpdateNull.allCases, nullSeeds: 1),
    ]
    for other in others {
      #expect(throws: ExperimentError.self) { try other.validate() }
    }
  }
}

extension PlanTests {
  @Test func theHashLeavesOutPlaces() throws {
    var moved = Samples.ablation
    (moved.base, moved.tuned, moved.prompts) = ("/elsewhere/b", "t2", ["x.jsonl"])
    #expect(try resolved(moved).hash == resolved(Samples.ablation).hash)

    let other = try TemporaryDirectory()
    let copy = other.appending("weights.bin")
    try Data("{}".utf8).write(to: copy)
    let there = ResolvedPlan(
      plan: Samples.ablation, inputs: [try InputFile(role: "base", file: copy)])
    #expect(try there.hash == resolved(Samples.ablation).hash)
  }

  @Test func theHashCoversEverySettingThatChangesANumber() throws {
    let changes: [(inout AblationPlan) -> Void] = [
      { $0.components = [.oo] }, { $0.operations = [.keep] }, { $0.by = [.matrix] },
      { $0.selection = WeightSelection(layers: LayerSet([0]), modules: nil) },
      { $0.rank = .count(3) }, { $0.maskRank = .count(3) }, { $0.maskAlpha = 0.25 },
      { $0.lambda = 0.5 }, { $0.rescale = false }, { $0.include = [] },
      { $0.roundEdits = false }, { $0.controls = [] }, { $0.controlSeeds = 6 },
      { $0.rankCheck = false }, { $0.limit = 10 }, { $0.sample = 5 }, { $0.seed = 8 },
    ]
    let original = Samples.ablation
    let hashes = try changes.map { change in
      var plan = original
      change(&plan)
      #expect(plan != original)
      return try resolved(plan).hash
    }
    let all = try [resolved(original).hash, resolved(original, "{ }").hash] + hashes
    #expect(Set(all).count == changes.count + 2)
    // Every key but the three places was changed.
    let keys = Mirror(reflecting: original).children.count
    #expect(changes.count == keys - 3)
  }
}

/// Plans in which no setting has its default.
enum Samples {
  static let ablation = AblationPlan(
    base: "base", tuned: "tuned", prompts: ["a.jsonl", "b.jsonl"],
    components: [.pp, .head(2), .maskSafe], operations: [.remove], by: [.layer, .layerPairs],
    selection: WeightSelection(layers: LayerSet([0, 2]), modules: [.query, .down]),
    rank: .energy(0.9), maskRank: .fraction(0.25), maskAlpha: 0.75, lambda: 0.3, rescale: true,
    include: [.norms], roundEdits: true, controls: [.randomSubspace, .shrinkKept], controlSeeds: 7,
    rankCheck: true, limit: 40, sample: 20, seed: 1 << 63 + 5)
}
