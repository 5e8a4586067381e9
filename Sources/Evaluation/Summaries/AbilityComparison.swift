import Statistics

/// How two models differ on one ability, prompt by prompt.
public struct AbilityComparison: Sendable, Hashable {
  /// The ability.
  public let ability: String
  /// The number of prompts.
  public let n: Int
  /// First minus second, the mean over prompts; none where the two split texts into different
  /// numbers of tokens.
  public let differences: [Metric: MetricEstimate]
  /// McNemar's exact p-value of the accuracies; nil of graded or grouped prompts.
  public let mcNemarP: Double?

  /// Compares two models' scores of the same prompts, ability by ability.
  ///
  /// Both list the same prompts in the same order; the seed is that of bootstrap intervals.
  ///
  /// - Throws: ``EvaluationError/unpaired(expected:found:)``, or ``StatisticsError`` for scores
  ///   that are not finite.
  public static func comparisons(
    of first: [PromptScore], minus second: [PromptScore], seed: UInt64 = 0
  ) throws -> [AbilityComparison] {
    try checkPaired(first, second)
    return try zip(AbilityScores.split(first), AbilityScores.split(second)).map {
      try AbilityComparison($0, $1, seed: seed)
    }
  }

  private init(_ first: AbilityScores, _ second: AbilityScores, seed: UInt64) throws {
    ability = first.ability
    n = first.scores.count
    var differences: [Metric: MetricEstimate] = [:]
    var mcNemarP: Double?
    for metric in Metric.allCases {
      guard let (one, weights) = first.values(of: metric),
        let (other, otherWeights) = second.values(of: metric), weights == otherWeights
      else { continue }
      differences[metric] = try .difference(
        of: one, minus: other, weights: weights, clusters: first.clusters, seed: seed)
      if metric == .accuracy, !first.clusters.areGrouped {
        mcNemarP = try MetricEstimate.pairs(one, other)?.mcNemarP()
      }
    }
    self.differences = differences
    self.mcNemarP = mcNemarP
  }

  /// The share of the gain from base to tuned that an edited model keeps, ability by ability.
  ///
  /// - Returns: By ability; none where a model lacks the metric.
  /// - Throws: ``EvaluationError/unpaired(expected:found:)``, or ``StatisticsError`` below two
  ///   independent prompts.
  public static func sharesOfGain(
    edit: [PromptScore], base: [PromptScore], tuned: [PromptScore], metric: Metric
  ) throws -> [String: ShareOfGain] {
    try checkPaired(edit, base)
    try checkPaired(tuned, base)
    let (edits, bases, tuneds) = (
      AbilityScores.split(edit), AbilityScores.split(base), AbilityScores.split(tuned)
    )
    var shares: [String: ShareOfGain] = [:]
    for index in bases.indices {
      guard let (edit, _) = edits[index].values(of: metric),
        let (base, _) = bases[index].values(of: metric),
        let (tuned, _) = tuneds[index].values(of: metric)
      else { continue }
      shares[bases[index].ability] = try ShareOfGain.estimate(
        edit: edit, base: base, tuned: tuned, clusters: bases[index].clusters)
    }
    return shares
  }

  private static func checkPaired(_ first: [PromptScore], _ second: [PromptScore]) throws {
    guard first.count == second.count else {
      throw EvaluationError.unpaired(
        expected: "\(first.count) scores", found: "\(second.count)")
    }
    for (one, other) in zip(first, second)
    where one.promptID != other.promptID || one.ability != other.ability {
      throw EvaluationError.unpaired(
        expected: "prompt \(one.promptID) of \(one.ability)",
        found: "prompt \(other.promptID) of \(other.ability)")
    }
  }
}

extension AbilityComparison: Encodable {
  enum CodingKeys: String, CodingKey {
    case n, differences
    case mcNemarP = "mcnemar_p"
  }
}
