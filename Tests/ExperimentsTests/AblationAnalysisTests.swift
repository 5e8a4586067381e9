import Experiments
import Foundation
import Statistics
import Testing

@Suite struct AblationAnalysisTests {
  private typealias Effect = SyntheticRun.Effect

  @Test func anEffectBeyondTheControlIsFoundAndEstimated() throws {
    let run = SyntheticRun.sweep(seed: 11) { layer, _, _ in
      layer == 2 ? Effect(shift: -0.6, loss: 0.4) : Effect()
    }
    let result = try run.result()
    let ranked = Finding.ranked(result.effects)
    #expect(Set(ranked.map(\.condition)) == ["remove/principal/layer=2"])
    #expect(Set(ranked.map(\.metric)) == Set(ScoreMetric.allCases))
    for cell in ranked {
      let truth = cell.metric == .accuracy ? -0.4 * 0.8 : -0.6
      let effect = try #require(cell.estimated)
      #expect(effect.low - 0.15 < truth && truth < effect.high + 0.15)
      #expect(try #require(cell.estimatedAgainst).high < 0)
      #expect(cell.effectPerEnergy == cell.effect.value / 0.1)
    }
    let finding = try #require(result.findings.first)
    #expect(finding.isFound && finding.condition == "remove/principal/layer=2")
    #expect(finding.text.contains("layer 2") && finding.text.contains("sums"))
  }

  @Test func anEffectThatItsControlSharesIsNotFound() throws {
    let shared = Effect(shift: -0.6, loss: 0.4)
    let run = SyntheticRun.sweep(seed: 12, controls: shared) { _, _, _ in shared }
    let result = try run.result()
    #expect(result.effects.allSatisfy { $0.effect.excludesZero })
    #expect(Finding.ranked(result.effects).isEmpty)
    #expect(result.findings.map(\.isFound) == [false])
  }

  @Test func nothingIsFoundWhereNothingIs() throws {
    let found = try (0..<16).filter { seed in
      let run = SyntheticRun.sweep(prompts: 40, seed: UInt64(seed))
      return try !Finding.ranked(run.result().effects).isEmpty
    }
    #expect(found.count <= 1, "\(found)")
  }

  @Test func noSentenceRestsOnAnIntervalThatIncludesNoEffect() throws {
    var sentences = 0
    for seed in 0..<8 {
      // Effects about as large as their errors.
      let run = SyntheticRun.sweep(prompts: 60, seed: UInt64(seed)) { layer, _, _ in
        Effect(shift: -0.08 * Double(layer), loss: 0.05 * Double(layer))
      }
      let result = try run.result()
      for finding in result.findings where finding.isFound {
        sentences += 1
        let cells = result.effects.filter { $0.condition == finding.condition && $0.isConfirmed }
        #expect(!cells.isEmpty)
        for cell in cells {
          #expect(try #require(cell.qValue) < 0.05)
          #expect(try #require(cell.estimated).excludesZero)
          #expect(try #require(cell.estimatedAgainst).excludesZero)
        }
      }
    }
    #expect(sentences > 0)
  }

  @Test func pValuesAreAdjustedOverEverythingPrinted() throws {
    let run = SyntheticRun.sweep(components: ["pp", "po", "oo"], seed: 14) { layer, _, _ in
      layer == 0 ? Effect(shift: -0.3) : Effect()
    }
    let effects = try run.result().effects
    let p = try effects.map { try #require($0.pValue) }
    #expect(p.count == 4 * 3 * ScoreMetric.allCases.count)
    let expected = try MultipleTesting.benjaminiHochberg(p)
    #expect(effects.map(\.qValue) == expected)
    #expect(zip(p, expected).contains { $0 < $1 })
  }

  @Test func selectionAndEstimationUseSeparateHalves() throws {
    let run = SyntheticRun.sweep(seed: 15) { layer, _, _ in
      layer == 1 ? Effect(shift: -0.4) : Effect()
    }
    let scores = try run.scores()
    let prompts = try #require(scores.prompts["sums"])
    #expect(prompts.count(where: { $0.fold == .selection }) == 100)
    let place = try #require(prompts.firstIndex { $0.fold == .selection })
    var changed = run
    for index in changed.rows.indices where changed.rows[index].id.hasSuffix("layer=1") {
      changed.rows[index].soft[place] = 5
    }
    let (before, after) = (try run.result(), try changed.result())
    for (old, new) in zip(before.effects, after.effects) {
      #expect(old.estimated == new.estimated && old.estimatedAgainst == new.estimatedAgainst)
    }
    let moved = zip(before.effects, after.effects).filter { $0.pValue != $1.pValue }
    #expect(moved.map(\.0.condition) == ["remove/principal/layer=1"])
  }
}

extension AblationAnalysisTests {
  @Test func aFindingThatOtherRanksDoNotShareNamesItsRank() throws {
    let variants = ["", "/half-k", "/double-k"]
    let strong = Effect(shift: -0.8, loss: 0.5)
    let everywhere = try SyntheticRun.sweep(seed: 16, variants: variants) { layer, _, _ in
      layer == 1 ? strong : Effect()
    }.result()
    let here = try SyntheticRun.sweep(seed: 16, variants: variants) { layer, _, variant in
      layer == 1 && variant.isEmpty ? strong : Effect()
    }.result()
    for (result, holds) in [(everywhere, true), (here, false)] {
      let best = try #require(Finding.ranked(result.effects).first)
      #expect(best.condition == "remove/principal/layer=1")
      #expect(best.holdsAtOtherRanks == holds)
      let text = try #require(result.findings.first?.text)
      #expect(text.contains("at rank 10%") == !holds)
    }
    #expect(Finding.ranked(everywhere.effects).allSatisfy { !$0.isRankVariant })
  }

  @Test func aNarrowCutIsNamedBeforeTheWholeModel() throws {
    var run = SyntheticRun.sweep(seed: 17) { layer, _, _ in
      layer == 3 ? Effect(shift: -0.5, loss: 0.3) : Effect()
    }
    // The joint edit does what the layer does, without its controls' scatter.
    for row in run.rows where row.layers == "3" {
      var joint = row
      joint.id = joint.id.replacing("layer=3", with: "model=all")
      joint.controlOf = joint.controlOf?.replacing("layer=3", with: "model=all")
      (joint.by, joint.layers) = ("model", "0-3")
      run.rows.append(joint)
    }
    let ranked = try Finding.ranked(run.result().effects)
    #expect(ranked.contains { $0.by == "model" })
    #expect(ranked.first?.by == "layer")
  }

  @Test func promptsOfAGroupAreNotIndependent() throws {
    let groups = (0..<200).map { Optional("g\($0 / 10)") }
    func result(_ groups: [String?]?) throws -> AblationResult {
      var run = SyntheticRun.sweep(seed: 18, groups: groups)
      for index in run.rows.indices where run.rows[index].id == "remove/principal/layer=0" {
        run.rows[index].soft = run.rows[index].soft.enumerated().map { place, score in
          score.map { $0 + (place / 10 % 2 == 0 ? 1 : -1) }
        }
      }
      return try run.result()
    }
    func width(_ result: AblationResult) throws -> Double {
      let cell = try #require(
        result.effects.first {
          $0.metric == .logProbability && $0.condition == "remove/principal/layer=0"
        })
      return cell.effect.high - cell.effect.low
    }
    let (grouped, single) = (try result(groups), try result(nil))
    #expect(grouped.abilities.map(\.groups) == [20])
    #expect(try width(grouped) > 2 * width(single))
  }

  @Test func shareOfGainIsShownWhereThereIsAGain() throws {
    var run = SyntheticRun.sweep(seed: 19)
    let without = try run.result()
    #expect(without.conditions.allSatisfy { $0.abilities["sums"]?.shareOfGain == nil })
    run.rows[0].soft = run.rows[1].soft.map { $0.map { $0 - 2 } }
    run.rows[0].hard = run.rows[0].hard.map { _ in 0 }
    let result = try run.result()
    for condition in result.conditions where condition.kind == .edit {
      let shares = try #require(condition.abilities["sums"]?.shareOfGain)
      let soft = try #require(shares["logprob"])
      #expect(abs(soft.value - 1) < 0.15)
      #expect(soft.low < soft.value && soft.value < soft.high)
      #expect(shares["acc"] != nil)
    }
    for condition in result.conditions where condition.kind == .base || condition.kind == .tuned {
      #expect(condition.abilities["sums"]?.shareOfGain == nil)
    }
  }

  @Test func singleEffectsAreAddedUpAgainstTheJointEffect() throws {
    var run = SyntheticRun(prompts: 40)
    func row(
      _ id: String, _ kind: AblationCondition.Kind, _ by: String?, _ layers: String?,
      _ shift: Double
    ) -> SyntheticRun.Row {
      let soft = (0..<40).map { index -> Double? in
        let slope = 1 + 0.01 * Double(index % 5)
        return Double(index % 7) / 10 + shift * slope
      }
      return SyntheticRun.Row(
        id: id, kind: kind, component: kind == .edit ? "oo" : nil,
        operation: kind == .edit ? "remove" : nil, by: by, layers: layers,
        hard: Array(repeating: nil, count: 40), soft: soft)
    }
    run.rows = [
      row("base", .base, nil, nil, -2), row("tuned", .tuned, nil, nil, 0),
      row("joint", .edit, "model", "0-1", -1.5), row("l0", .edit, "layer", "0", -1),
      row("l1", .edit, "layer", "1", -1),
    ]
    let additivity = try run.result().additivity
    let only = try #require(additivity.first)
    #expect(additivity.count == 1)
    #expect(only.by == "layer" && only.component == "oo" && only.metric == .logProbability)
    #expect(abs(only.sum.value + 2.04) < 1e-9)
    #expect(abs(only.joint.value + 1.53) < 1e-9)
    #expect(abs(only.excess.value + 0.51) < 1e-9)
    #expect(only.excess.high < 0)
  }

  @Test func flipsAreThePromptsWhoseAnswerChanges() throws {
    var run = SyntheticRun.sweep(layers: 1, seed: 20)
    run.rows[2].hard = run.rows[1].hard
    let wanted = [4, 9]
    for place in wanted { run.rows[2].hard[place] = run.rows[1].hard[place].map { 1 - $0 } }
    let flips = try run.result().flips
    #expect(flips.map(\.prompt) == ["p4", "p9"])
    #expect(flips.allSatisfy { $0.before == 1 - $0.after && $0.condition == run.rows[2].id })
  }

  @Test func aResultSurvivesJSONAlsoWhereIntervalsAreInfinite() throws {
    // One prompt has no interval.
    var run = SyntheticRun.sweep(prompts: 4, seed: 21)
    run.groups = ["g", "g", "g", "g"]
    let result = try run.result()
    let text = try CanonicalJSON.text(result)
    #expect(text.contains("\"inf\""))
    let read = try CanonicalJSON.value(AblationResult.self, from: text)
    #expect(read.effects == result.effects)
    #expect(read.conditions == result.conditions)
    #expect(read.additivity == result.additivity)
    #expect(read.findings == result.findings)
    #expect(try CanonicalJSON.text(read) == text)
  }
}
