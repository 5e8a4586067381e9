import Architecture
import Checkpoints
import Edits
import Evaluation
import Experiments
import Foundation
import JSON
import LinearAlgebra
import Synchronization
import TestSupport
import Testing
import Transformer
import Updates

/// Attributions of the family's RLVR update; see docs/attribution.md.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: PlantedUpdate.base.path)))
struct AttributionTests {
  private static let tuned = PlantedUpdate.root.appending(path: "models/rlvr/step-150").path

  private func plan(steps: Int = 4, _ change: (inout AttributionPlan) -> Void = { _ in })
    -> AttributionPlan
  {
    let files = ["recall", "agreement", "reasoning", "story"].map {
      PlantedUpdate.root.appending(path: "prompts/family/\($0).jsonl").path
    }
    var plan = AttributionPlan(
      base: PlantedUpdate.base.path, tuned: Self.tuned, prompts: files, steps: steps, checks: 3,
      limit: 6)
    change(&plan)
    return plan
  }

  private func result(_ plan: AttributionPlan, threads: Int = 1) throws -> AttributionResult {
    let runner = try AttributionRunner(plan)
    let directory = try RunDirectory.open(nil, for: runner.resolved)
    _ = try runner.run(in: directory, threads: threads, progress: .silent)
    return try runner.result(of: directory.store)
  }

  @Test func everythingThatTrainingChangedAddsUpToTheChangeOfEveryScore() throws {
    let result = try result(plan(steps: 8))
    #expect(result.abilities.map(\.name) == ["recall", "agreement", "reasoning", "story"])
    for sum in result.completeness {
      #expect(abs(sum.exact) > 1e-3)
      #expect(sum.largestGap < 1e-4 * max(0.5, abs(sum.exact)), "\(sum)")
    }
  }

  @Test func partsAddUpToTheirWhole() throws {
    let result = try result(plan(steps: 2) { $0.components = [.pp, .po, .op, .oo] })
    func value(_ by: String, _ layers: String, _ modules: String, _ component: String) -> Double {
      result.attributions.first {
        $0.ability == "reasoning" && $0.by == by && $0.layers == layers && $0.modules == modules
          && $0.component == component
      }?.value.value ?? .nan
    }
    let modules = WeightRole.projections.map(\.rawValue)
    let every = modules.joined(separator: ",")
    let whole = value("model", "0-3", every, "all")
    #expect(abs(whole) > 0.1)
    func isWhole(_ sum: Double) -> Bool { abs(sum - whole) < 1e-5 * abs(whole) }
    #expect(
      isWhole(["principal", "po", "op", "oo"].reduce(0) { $0 + value("model", "0-3", every, $1) }))
    #expect(isWhole((0..<4).reduce(0) { $0 + value("layer", "\($1)", every, "all") }))
    #expect(isWhole(modules.reduce(0) { $0 + value("module", "0-3", $1, "all") }))
    let matrices = (0..<4).flatMap { layer in modules.map { (layer, $0) } }
    #expect(isWhole(matrices.reduce(0) { $0 + value("matrix", "\($1.0)", $1.1, "all") }))
    let shares = result.attributions.filter { $0.by == "model" && $0.component != "all" }
      .compactMap(\.energyShare)
    #expect(abs(shares.prefix(4).reduce(0, +) - 1) < 1e-5)
  }

  /// The derivative at one point against scores on both sides of it.
  @Test func aSlopeIsTheCentralDifferenceOfScores() throws {
    let pair = try CheckpointPair.open(
      base: PlantedUpdate.base, tuned: URL(fileURLWithPath: Self.tuned))
    let requests = [TokenScoringRequest(context: [1, 40, 77, 12], continuation: [5, 90, 33])]
    func model(_ position: Float) -> DecoderModel {
      DecoderModel(
        specification: pair.base.specification, weights: pair.base.weights,
        source: InterpolatedTensors(pair: pair, position: position))
    }
    func score(_ position: Float) throws -> Double {
      try model(position).score(requests)[0].logProbabilities.reduce(0, +)
    }
    let found = try model(0.5).derivatives(of: requests, along: WholeUpdate(pair: pair))[0]
    let difference = try (score(0.55) - score(0.45)) / 0.1
    #expect(abs(found.along[0] - difference) < 0.02 * abs(difference))
    #expect(abs(found.logLikelihood - (try score(0.5))) < 1e-5)
  }

  @Test func theEndsOfThePathAreTheModelsAsStored() throws {
    let pair = try CheckpointPair.open(
      base: PlantedUpdate.base, tuned: URL(fileURLWithPath: Self.tuned))
    for (position, model) in [(Float(0), pair.base), (1, pair.tuned)] {
      let point = InterpolatedTensors(pair: pair, position: position)
      for entry in pair.base.weights.entries {
        #expect(try point.matrix(entry.name) == model.source.matrix(entry.name))
      }
    }
  }

  @Test func aSelectionLeavesTheRestToOneSum() throws {
    let result = try result(
      plan(steps: 8) { $0.selection = WeightSelection(layers: LayerSet([2]), modules: nil) })
    let whole = result.attributions.filter {
      ["model", "outside"].contains($0.by) && $0.ability == "story"
    }
    #expect(whole.map(\.component) == ["principal", "off-principal", "all", "rest", "unselected"])
    for sum in result.completeness { #expect(sum.largestGap < 1e-4 * max(0.5, abs(sum.exact))) }
  }

  @Test func threadsAndInterruptionsChangeNoBit() throws {
    let plan = plan()
    let reference = try CanonicalJSON.text(result(plan))
    #expect(try CanonicalJSON.text(result(plan, threads: 2)) == reference)
    // What a killed process leaves: the units before some point, one transaction each.
    let place = try TemporaryDirectory()
    let runner = try AttributionRunner(plan)
    let (whole, copies) = (place.appending("whole"), [1, 4, 8].map { place.appending("\($0)") })
    let failures = Mutex<[String]>([])
    let directory = try RunDirectory.open(whole, for: runner.resolved)
    _ = try runner.run(
      in: directory, threads: 1,
      progress: Experiments.Progress { done, _, _ in
        guard let copy = copies.first(where: { $0.lastPathComponent == "\(done)" }) else { return }
        do {
          try FileManager.default.copyItem(at: whole, to: copy)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      })
    #expect(failures.withLock { $0 } == [])
    for copy in copies {
      let directory = try RunDirectory.open(copy, for: runner.resolved)
      _ = try runner.run(in: directory, threads: 1, progress: .silent)
      #expect(try CanonicalJSON.text(runner.result(of: directory.store)) == reference)
    }
  }

  @Test func attributionsGoWithExactEdits() throws {
    let files = [PlantedUpdate.root.appending(path: "prompts/family/recall.jsonl").path]
    let result = try result(
      plan {
        $0.checks = 8
        $0.limit = 30
        $0.prompts = files
      })
    let agreement = try #require(result.agreement.first)
    #expect(agreement.cells.count == 8)
    #expect(try #require(agreement.spearman) > 0.8)
    #expect(try #require(agreement.relativeErrors["off-principal"]) < 0.3)
    // The exact effects are those that a sweep finds.
    var sweep = AblationPlan(base: PlantedUpdate.base.path, tuned: Self.tuned, prompts: files)
    (sweep.by, sweep.limit, sweep.controls) = ([.layer], 30, [])
    sweep.components = [.principal, .offPrincipal]
    let runner = try AblationRunner(sweep)
    let directory = try RunDirectory.open(nil, for: runner.resolved)
    _ = try runner.run(in: directory, threads: 1, progress: .silent)
    let effects = try runner.result(of: directory.store).effects.filter {
      $0.metric == .logProbability && $0.by == "layer"
    }
    for cell in agreement.cells {
      func effect(_ operation: String) -> Double? {
        effects.first {
          $0.operation == operation && $0.layers == "\(cell.layer)"
            && $0.component == cell.component
        }?.effect.value
      }
      #expect(abs(cell.removed + (effect("remove") ?? .nan)) < 1e-9)
      #expect(abs(cell.kept - (effect("keep") ?? .nan)) < 1e-9)
    }
  }

  @Test func sharesOfALossAddUpToOne() throws {
    let result = try result(
      plan {
        $0.prompts = [PlantedUpdate.root.appending(path: "prompts/family/recall.jsonl").path]
        $0.limit = 60
      })
    #expect(try #require(result.abilities.first).change.high < 0)
    let parts = result.attributions.filter {
      $0.by == "outside" || ($0.by == "model" && $0.component == "all")
    }
    let shares = try parts.map { try #require($0.shareOfChange).value }
    #expect(shares.count == 2 && abs(shares.reduce(0, +) - 1) < 1e-3)
  }

  @Test func adaptersMasksAndSingleCellsAreAttributedToo() throws {
    let result = try result(
      plan(steps: 8) {
        $0.tuned = PlantedUpdate.root.appending(path: "models/lora-rlvr/step-75").path
        $0.components = [.maskLow, .maskSafe, .head(1)]
        $0.selection = WeightSelection(layers: LayerSet([1]), modules: [.query])
      })
    for sum in result.completeness { #expect(sum.largestGap < 1e-4 * max(0.5, abs(sum.exact))) }
    // Three components of one layer are no basis for a correlation.
    #expect(result.agreement.allSatisfy { $0.cells.count == 3 && $0.pearson == nil })
  }

  @Test func noUpdateIsAttributedNothing() throws {
    let result = try result(plan { $0.tuned = PlantedUpdate.base.path })
    #expect(result.attributions.allSatisfy { $0.value.value == 0 && $0.shareOfChange == nil })
    #expect(result.agreement.allSatisfy { $0.relativeError == nil })
  }

  @Test func promptsWithoutASmoothScoreAreNamed() throws {
    let place = try TemporaryDirectory()
    let file = place.appending("sums.jsonl")
    let line =
      #"{"id": "a", "ability": "sums", "kind": "generate", "prompt": "1+1=", "answer": "2"}"#
    try line.write(to: file, atomically: true, encoding: .utf8)
    #expect {
      try AttributionRunner(plan { $0.prompts = [file.path] })
    } throws: { error in
      "\(error)".contains("reference")
    }
    let runner = try AttributionRunner(plan { $0.prompts.append(file.path) })
    #expect(runner.warnings.contains { $0.contains("1 of 1 prompts of sums are left out") })
  }
}

/// W₁ − W₀ as one direction.
private struct WholeUpdate: WeightDirections {
  let pair: CheckpointPair
  let count = 1

  func changes(of tensor: String) throws -> [(direction: Int, elements: [Float])] {
    [(0, try pair.delta(tensor).elements)]
  }
}
