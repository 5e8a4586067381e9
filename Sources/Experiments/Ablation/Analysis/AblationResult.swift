import Statistics

/// What an ablation found: the document of `ablate --json`, and all that reports read.
public struct AblationResult: Sendable, Codable {
  /// The abilities, in the order of the prompt files.
  public let abilities: [Ability]
  /// Base, tuned, edits and controls in plan order.
  public let conditions: [ConditionSummary]
  /// Effects against control, in plan order.
  public let effects: [CellEffect]
  /// Sums of single effects against joint effects.
  public let additivity: [Additivity]
  /// One sentence an ability.
  public let findings: [Finding]
  /// Prompts that tuning gained and an edit loses again, or the other way round.
  public let flips: [Flip]
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// An ability of a run.
  public struct Ability: Sendable, Hashable, Codable {
    /// Its name.
    public let name: String
    /// The kind of its prompts.
    public let kind: String
    /// Prompts.
    public let n: Int
    /// Independent groups of prompts.
    public let groups: Int
  }

  /// Analyses a store's scores; no model is touched.
  ///
  /// The seed is the plan's, for bootstraps.
  ///
  /// - Throws: `StatisticsError` for scores that are not finite.
  public init(_ scores: AblationScores, seed: UInt64, provenance: Provenance?) throws {
    let estimator = Estimator(seed: seed)
    abilities = scores.abilities.map { name in
      let prompts = scores.prompts[name] ?? []
      return Ability(
        name: name, kind: prompts.first?.kind ?? "", n: prompts.count,
        groups: scores.clusters(of: name)?.count ?? prompts.count)
    }
    conditions = try scores.conditions.map { try ConditionSummary($0, in: scores, estimator) }
    effects = try CellEffects(scores: scores, estimator: estimator).all()
    additivity = try Additivity.all(in: scores, estimator)
    findings = Finding.all(effects: effects, conditions: conditions, abilities: abilities)
    flips = Flip.all(in: scores)
    self.provenance = provenance
  }
}
