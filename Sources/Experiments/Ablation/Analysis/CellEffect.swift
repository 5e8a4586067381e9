import Statistics

/// What one edit does to one ability, beyond what its matched control does.
public struct CellEffect: Sendable, Hashable, Codable {
  /// The edit's condition.
  public let condition: String
  /// `remove` or `keep`.
  public let operation: String
  /// The component's name.
  public let component: String
  /// The cut.
  public let by: String
  /// Layers as `--layers` takes them.
  public let layers: String
  /// Modules as `--modules` takes them.
  public let modules: String
  /// The ability.
  public let ability: String
  /// The kind of its prompts.
  public let kind: String
  /// Hard or soft.
  public let metric: ScoreMetric
  /// The control; nil where the plan has none for this edit.
  public let control: String?
  /// Draws of the control.
  public let controlSeeds: Int
  /// Share of ‖ΔW‖²_F that the edit touches.
  public let energyShare: Double?
  /// Edit − reference over all prompts; the reference of `remove` is tuned, of `keep` the base.
  public let effect: Estimate
  /// Edit − control over all prompts; nil without control.
  public let against: Estimate?
  /// Mean effect of the control over all prompts.
  public let controlEffect: Double?
  /// Effect over energy share, where the effect's interval excludes 0.
  public let effectPerEnergy: Double?
  /// Two-sided p-value of T on the selection half.
  public let pValue: Double?
  /// Benjamini–Hochberg adjusted over everything printed.
  public internal(set) var qValue: Double?
  /// Edit − reference on the estimation half.
  public let estimated: Estimate?
  /// Mean effect of the control on the estimation half.
  public let estimatedControl: Double?
  /// Edit − control on the estimation half.
  public let estimatedAgainst: Estimate?
  /// Whether sign and significance hold at k/2 and 2k; nil where that was not asked.
  public internal(set) var holdsAtOtherRanks: Bool?

  enum CodingKeys: String, CodingKey {
    case condition, operation, component, by, layers, modules, ability, kind, metric, control,
      effect
    case against
    case controlSeeds = "control_seeds"
    case energyShare = "energy_share"
    case controlEffect = "control_effect"
    case effectPerEnergy = "effect_per_energy"
    case pValue = "p_value"
    case qValue = "q_value"
    case estimated
    case estimatedControl = "estimated_control"
    case estimatedAgainst = "estimated_against"
    case holdsAtOtherRanks = "holds_at_other_ranks"
  }

  /// False discovery rate at which cells are selected.
  public static let falseDiscoveryRate = 0.05

  /// Whether the cell was selected on one half and its interval excludes no effect on the other.
  public var isConfirmed: Bool {
    guard let qValue, let estimatedAgainst, let estimated else { return false }
    return qValue < Self.falseDiscoveryRate && estimatedAgainst.excludesZero
      && estimated.excludesZero
      && (estimatedAgainst.value > 0) == (estimated.value > 0)
      && (against.map { ($0.value > 0) == (estimatedAgainst.value > 0) } ?? true)
  }
}

extension CellEffect {
  /// Whether the score is a share of right answers: accuracies and pass rates.
  public var isShare: Bool { metric == .accuracy || kind == "generate" }

  /// What the score is called: accuracy, pass rate, log-probability, margin.
  public var scoreName: String { metric.name(for: kind) }

  /// The unit of effects.
  public var unit: String { isShare ? "points" : "nats" }
}

extension ScoreMetric {
  /// What a score of prompts of a kind is called.
  public func name(for kind: String) -> String {
    switch (self, kind) {
    case (.accuracy, _): "accuracy"
    case (.logProbability, "generate"): "pass rate"
    case (.logProbability, "minimal-pair"): "log-likelihood margin"
    case (.logProbability, _): "log-probability"
    }
  }
}
