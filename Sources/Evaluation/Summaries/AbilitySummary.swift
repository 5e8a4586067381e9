import Statistics

/// How a model does on one ability.
public struct AbilitySummary: Sendable, Hashable {
  /// The ability.
  public let ability: String
  /// The kind of its prompts.
  public let kind: Prompt.Kind
  /// The number of prompts.
  public let n: Int
  /// The number of independent groups of prompts.
  public let groups: Int
  /// Figures with their intervals, those that the kind has.
  public let metrics: [Metric: MetricEstimate]

  /// Summarises scores, ability by ability in order of first appearance.
  ///
  /// The seed is that of bootstrap intervals.
  ///
  /// - Throws: ``StatisticsError`` for scores that are not finite.
  public static func summaries(of scores: [PromptScore], seed: UInt64 = 0) throws
    -> [AbilitySummary]
  {
    try AbilityScores.split(scores).map { try AbilitySummary($0, seed: seed) }
  }

  private init(_ scores: AbilityScores, seed: UInt64) throws {
    ability = scores.ability
    kind = scores.kind
    n = scores.scores.count
    groups = scores.clusters.count
    var metrics: [Metric: MetricEstimate] = [:]
    for metric in Metric.allCases {
      guard let (values, weights) = scores.values(of: metric) else { continue }
      metrics[metric] = try .mean(
        of: values, weights: weights, clusters: scores.clusters, seed: seed)
    }
    self.metrics = metrics
  }
}

extension AbilitySummary: Encodable {
  enum CodingKeys: String, CodingKey {
    case kind, n, groups, metrics
  }

  /// The value of the ability's key in `score --json`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(n, forKey: .n)
    try container.encode(groups, forKey: .groups)
    try container.encode(metrics, forKey: .metrics)
  }
}

/// The scores of one ability.
struct AbilityScores {
  let ability: String
  let kind: Prompt.Kind
  let scores: [PromptScore]
  let clusters: Clusters

  /// Splits scores by ability, in order of first appearance.
  static func split(_ scores: [PromptScore]) -> [AbilityScores] {
    var places: [String: Int] = [:]
    var lists: [[PromptScore]] = []
    for score in scores {
      if let place = places[score.ability] {
        lists[place].append(score)
      } else {
        places[score.ability] = lists.count
        lists.append([score])
      }
    }
    return lists.map { list in
      AbilityScores(
        ability: list[0].ability, kind: list[0].kind, scores: list,
        clusters: Clusters(groups: list.map(\.group)))
    }
  }

  /// One value a prompt; weights unless all are 1; nil where a prompt has no such figure.
  func values(of metric: Metric) -> (values: [Double], weights: [Double]?)? {
    let parts = scores.compactMap(metric.contribution)
    guard parts.count == scores.count else { return nil }
    let weights = parts.map(\.weight)
    return (parts.map(\.value), weights.allSatisfy { $0 == 1 } ? nil : weights)
  }
}
