import Statistics

/// One row of the ablation table: a condition and its scores on every ability.
public struct ConditionSummary: Sendable, Hashable, Codable {
  /// Unique in the run.
  public let id: String
  /// Base, tuned, edit or control.
  public let kind: AblationCondition.Kind
  /// `remove` or `keep`.
  public let operation: String?
  /// The component's name.
  public let component: String?
  /// The cut.
  public let by: String?
  /// Layers as `--layers` takes them.
  public let layers: String?
  /// Modules as `--modules` takes them.
  public let modules: String?
  /// The rank rule.
  public let rank: String?
  /// λ.
  public let lambda: Double?
  /// Whether the kept part was rescaled.
  public let rescaled: Bool
  /// Whether the edit was rounded to bf16.
  public let rounded: Bool
  /// The control's name.
  public let control: String?
  /// The control's seed.
  public let seed: Int?
  /// The edit it controls.
  public let controlOf: String?
  /// Share of ‖ΔW‖²_F of the selected matrices that the edit touches.
  public let energyShare: Double?
  /// Frobenius norm of what was removed.
  public let removedNorm: Double?
  /// Frobenius norm of what was kept of ΔW.
  public let keptNorm: Double?
  /// Scores by ability.
  public let abilities: [String: AbilityScores]

  enum CodingKeys: String, CodingKey {
    case id, kind, operation, component, by, layers, modules, rank, lambda, rescaled, rounded
    case control, seed, abilities
    case controlOf = "control_of"
    case energyShare = "energy_share"
    case removedNorm = "removed_norm"
    case keptNorm = "kept_norm"
  }

  /// Scores of a condition on one ability.
  public struct AbilityScores: Sendable, Hashable, Codable {
    /// Prompts.
    public let n: Int
    /// Hard score.
    public var acc: Estimate?
    /// Soft score, nats.
    public var logprob: Estimate?
    /// Hard score minus the reference's, paired.
    public var accChange: Estimate?
    /// Soft score minus the reference's, paired, nats.
    public var logprobChange: Estimate?
    /// (score − base) / (tuned − base), where the gain has z ≥ 4.
    public var shareOfGain: [String: Estimate]?
    /// Exact McNemar p-value of the change in accuracy.
    public var mcNemarP: Double?
    /// Mean token-wise KL(condition‖base), nats, on `text` prompts.
    public var klFromBase: Double?
    /// Mean token-wise KL(base‖condition), nats, on `text` prompts.
    public var klToBase: Double?

    enum CodingKeys: String, CodingKey {
      case n, acc, logprob
      case accChange = "acc_change"
      case logprobChange = "logprob_change"
      case shareOfGain = "share_of_gain"
      case mcNemarP = "mcnemar_p"
      case klFromBase = "kl_from_base"
      case klToBase = "kl_to_base"
    }
  }

  /// Summarises one condition; changes refer to tuned for `remove`, to the base for all else.
  init(_ condition: AblationScores.Condition, in scores: AblationScores, _ estimator: Estimator)
    throws
  {
    id = condition.id
    kind = condition.kind
    operation = condition.operation
    component = condition.component
    by = condition.by
    layers = condition.layers
    modules = condition.modules
    rank = condition.rank
    lambda = condition.lambda
    rescaled = condition.isRescaled
    rounded = condition.isRounded
    control = condition.control
    seed = condition.seed
    controlOf = condition.controlOf
    energyShare = condition.energyShare
    removedNorm = condition.removedNorm
    keptNorm = condition.keptNorm
    var abilities: [String: AbilityScores] = [:]
    for ability in scores.abilities {
      abilities[ability] = try Self.scores(of: condition, ability, scores, estimator)
    }
    self.abilities = abilities
  }

  private static func scores(
    of condition: AblationScores.Condition, _ ability: String, _ scores: AblationScores,
    _ estimator: Estimator
  ) throws -> AbilityScores {
    let clusters = scores.clusters(of: ability)
    let reference = condition.operation == "remove" ? "tuned" : "base"
    var result = AbilityScores(n: scores.prompts[ability]?.count ?? 0)
    var shares: [String: Estimate] = [:]
    for metric in ScoreMetric.allCases {
      guard let values = scores.values(condition.id, ability, metric) else { continue }
      let level = try estimator.level(values, clusters: clusters)
      var change: Estimate?
      if condition.id != reference, let before = scores.values(reference, ability, metric) {
        change = try estimator.difference(of: values, minus: before, clusters: clusters)
        if metric == .accuracy, clusters == nil {
          result.mcNemarP = try? PairedAccuracy(
            first: values.map { $0 == 1 }, second: before.map { $0 == 1 }
          ).mcNemarP()
        }
      }
      switch metric {
      case .accuracy: (result.acc, result.accChange) = (level, change)
      case .logProbability: (result.logprob, result.logprobChange) = (level, change)
      }
      if condition.kind != .base, condition.kind != .tuned,
        let base = scores.values("base", ability, metric),
        let tuned = scores.values("tuned", ability, metric),
        (clusters?.count ?? values.count) > 1,
        case .estimated(let share, let interval, _) = try ShareOfGain.estimate(
          edit: values, base: base, tuned: tuned, clusters: clusters)
      {
        shares[metric.rawValue] = Estimate(share, interval)
      }
    }
    result.shareOfGain = shares.isEmpty ? nil : shares
    (result.klFromBase, result.klToBase) = scores.divergences(condition.id, ability)
    return result
  }
}
