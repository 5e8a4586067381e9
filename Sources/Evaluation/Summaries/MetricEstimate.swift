import Statistics

/// A figure with its 95 % interval; no interval where the prompts are too few for one.
public struct MetricEstimate: Sendable, Hashable {
  /// The figure.
  public let value: Double
  /// Where the true figure lies with 95 % confidence over prompts; nil below two independent
  /// prompts of a graded score.
  public let interval: Interval?

  /// Joins a figure and its interval.
  public init(_ value: Double, _ interval: Interval?) {
    self.value = value
    self.interval = interval
  }

  /// The mean of one value a prompt.
  ///
  /// Wilson's interval for zeros and ones of independent prompts; otherwise a bootstrap, of whole
  /// clusters where prompts are grouped.
  ///
  /// With weights, such as token counts, the figure is R = Σwx/Σw and its interval that of the
  /// linearised ratio, the mean of R + w (x − R)/w̄.
  ///
  /// - Throws: ``StatisticsError`` for values that are not finite.
  public static func mean(
    of values: [Double], weights: [Double]? = nil, clusters: Clusters, seed: UInt64
  ) throws -> MetricEstimate {
    if weights == nil, !clusters.areGrouped, let right = successes(values) {
      return MetricEstimate(
        Double(right) / Double(values.count),
        try .wilson(successes: right, trials: values.count))
    }
    return try graded(values, weights, clusters, seed)
  }

  private static func graded(
    _ values: [Double], _ weights: [Double]?, _ clusters: Clusters, _ seed: UInt64
  ) throws -> MetricEstimate {
    guard let weights else { return try bootstrap(values, clusters, seed) }
    let total = weights.reduce(0, +)
    let ratio = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let mean = total / Double(weights.count)
    let linearised = zip(values, weights).map { ratio + $1 * ($0 - ratio) / mean }
    return MetricEstimate(ratio, try bootstrap(linearised, clusters, seed).interval)
  }

  /// Studentised where clusters or small numbers make BCa cover too little.
  private static func bootstrap(_ values: [Double], _ clusters: Clusters, _ seed: UInt64) throws
    -> MetricEstimate
  {
    guard clusters.count >= 2 else {
      return MetricEstimate(Summary.mean(values) ?? 0, nil)
    }
    let isDelicate = clusters.areGrouped || clusters.count < 100
    let estimate = try Bootstrap(seed: seed).mean(
      of: values, clusters: clusters, method: isDelicate ? .studentized : .bca)
    return MetricEstimate(estimate.mean, estimate.interval)
  }

  /// The number of ones; nil unless all values are zeros and ones.
  private static func successes(_ values: [Double]) -> Int? {
    guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else { return nil }
    return values.count { $0 == 1 }
  }
}

extension MetricEstimate: Encodable {
  enum CodingKeys: String, CodingKey {
    case value, low, high
  }

  /// `{"value", "low", "high"}`; the ends are `null` without an interval.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(interval?.low, forKey: .low)
    try container.encode(interval?.high, forKey: .high)
  }
}
