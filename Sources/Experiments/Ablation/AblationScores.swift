import Evaluation
import Statistics

/// Every prompt's score under every condition, as the store holds it.
public struct AblationScores: Sendable {
  /// A prompt as results know it.
  public struct Prompt: Sendable, Hashable {
    /// Unique within its ability.
    public let id: String
    /// The ability it tests.
    public let ability: String
    /// What it shares with other prompts; nil if it stands on its own.
    public let group: String?
    /// `choice`, `completion`, `generate`, `minimal-pair` or `text`.
    public let kind: String
    /// The half it belongs to.
    public let fold: Fold
    /// Its text, for people.
    public let text: String
  }

  /// What a condition was and did.
  public struct Condition: Sendable, Hashable {
    /// Unique in the run.
    public let id: String
    /// Base, tuned, edit or control.
    public let kind: AblationCondition.Kind
    /// `remove` or `keep`; nil for base and tuned.
    public let operation: String?
    /// The component's name.
    public let component: String?
    /// The cut, as ``Granularity`` names it.
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
    public let isRescaled: Bool
    /// Whether the edit was rounded to bf16.
    public let isRounded: Bool
    /// The control's name.
    public let control: String?
    /// The control's seed.
    public let seed: Int?
    /// The edit it controls.
    public let controlOf: String?
    /// Share of ‖ΔW‖²_F of the selected matrices that was removed, or kept.
    public let energyShare: Double?
    /// Frobenius norm of what was removed.
    public let removedNorm: Double?
    /// Frobenius norm of what was kept of ΔW.
    public let keptNorm: Double?
    /// Frobenius norm of ΔW over the selected matrices.
    public let deltaNorm: Double?
  }

  /// A prompt under a condition.
  public struct Score: Sendable, Hashable {
    /// 0 … 1; nil where the kind has no hard score.
    public let hard: Double?
    /// Nats; nil where the kind has no soft score.
    public let soft: Double?
    /// Further figures as JSON: answers, token log-probabilities, KL.
    public let extra: String?
  }

  /// Abilities in the order of the prompt files.
  public let abilities: [String]
  /// Prompts of each ability, in file order.
  public let prompts: [String: [Prompt]]
  /// Scored conditions, in plan order.
  public let conditions: [Condition]
  /// Scores: condition id → ability → prompt, in the order of ``prompts``.
  public let scores: [String: [String: [Score]]]
}

/// Which of a prompt's two scores is meant.
public enum ScoreMetric: String, Sendable, Hashable, Codable, CaseIterable {
  /// The hard score, 0 … 1.
  case accuracy = "acc"
  /// The soft score in nats; its meaning depends on the prompt's kind (docs/statistics.md).
  case logProbability = "logprob"

  /// The value of a score.
  func value(_ score: AblationScores.Score) -> Double? {
    switch self {
    case .accuracy: score.hard
    case .logProbability: score.soft
    }
  }
}

extension AblationScores {
  /// The clusters of an ability's prompts; nil where no two share a group.
  func clusters(of ability: String, fold: Fold? = nil) -> Clusters? {
    let groups = (prompts[ability] ?? [])
      .filter { fold == nil || $0.fold == fold }
      .map { $0.group.map { "group:\($0)" } }
    let clusters = Clusters(groups: groups)
    return clusters.areGrouped ? clusters : nil
  }

  /// One value a prompt, or nil where the condition or the metric is missing.
  func values(
    _ condition: String, _ ability: String, _ metric: ScoreMetric, fold: Fold? = nil
  ) -> [Double]? {
    guard let scores = scores[condition]?[ability], let prompts = prompts[ability] else {
      return nil
    }
    var values: [Double] = []
    for (prompt, score) in zip(prompts, scores) where fold == nil || prompt.fold == fold {
      guard let value = metric.value(score) else { return nil }
      values.append(value)
    }
    return values.isEmpty ? nil : values
  }
}

extension AblationScores {
  /// Mean KL(condition‖base) and KL(base‖condition) over the texts of an ability, nats a token.
  func divergences(_ condition: String, _ ability: String) -> (fromBase: Double?, toBase: Double?) {
    guard prompts[ability]?.first?.kind == Evaluation.Prompt.Kind.text.rawValue,
      let scores = scores[condition]?[ability]
    else { return (nil, nil) }
    let details = scores.compactMap(\.details)
    return (
      Summary.mean(details.compactMap(\.klFromBase)), Summary.mean(details.compactMap(\.klToBase))
    )
  }
}

extension AblationScores.Score {
  /// The further figures.
  public var details: PromptScore.Details? {
    extra.flatMap { try? CanonicalJSON.value(PromptScore.Details.self, from: $0) }
  }
}
