/// The share of the gain from base to tuned that an edited model keeps,
/// (s(edit) − s(base)) / (s(tuned) − s(base)), with a Fieller interval.
public enum ShareOfGain: Sendable, Equatable {
  /// The share, known well enough to be printed.
  case estimated(share: Double, interval: Interval, gain: Gain)
  /// The gain is too uncertain for a ratio: print differences instead.
  case unavailable(reason: String, gain: Gain)

  /// The gain s(tuned) − s(base).
  public struct Gain: Sendable, Equatable, Codable {
    /// The mean gain over prompts.
    public let mean: Double
    /// Its cluster-robust standard error.
    public let standardError: Double
    /// The mean over the standard error; 0 where both are 0.
    public var z: Double { mean == 0 ? 0 : mean / standardError }
  }

  /// The smallest z of the gain for which a share is given.
  public static let minimumZ = 4.0

  /// Estimates the share from paired scores, one entry a prompt.
  ///
  /// The interval holds all ρ with (N − ρD)² ≤ t² (v_N − 2ρ c + ρ² v_D), where N and D are the
  /// means of edit − base and tuned − base, their (co)variances are cluster-robust, and t is
  /// Student's quantile with G − 1 degrees of freedom.
  ///
  /// - Throws: ``StatisticsError`` below two clusters, on scores that are not finite, and where
  ///   lengths differ.
  /// - Source: Fieller 1954, JRSS B 16:175.
  public static func estimate(
    edit: [Double], base: [Double], tuned: [Double], clusters: Clusters? = nil,
    level: Double = 0.95
  ) throws -> ShareOfGain {
    try Require.length(edit.count, equals: base.count, "scores of the edited model")
    try Require.length(tuned.count, equals: base.count, "scores of the tuned model")
    let (kept, groups) = try Sample.checked(zip(edit, base).map { $0 - $1 }, clusters, level)
    let (full, _) = try Sample.checked(zip(tuned, base).map { $0 - $1 }, clusters, level)
    let gain = Gain(mean: full.mean, standardError: full.standardError)
    guard gain.z >= minimumZ else {
      return .unavailable(reason: "the gain is below 4 standard errors", gain: gain)
    }
    let critical = StudentT.quantile((1 + level) / 2, degreesOfFreedom: Double(groups.count - 1))
    let square = critical * critical
    let denominatorVariance = full.standardError * full.standardError
    let numeratorVariance = kept.standardError * kept.standardError
    // The quadratic a ρ² − 2 b ρ + c ≤ 0.
    let a = full.mean * full.mean - square * denominatorVariance
    guard a > 0 else {
      return .unavailable(reason: "too few clusters to bound the share", gain: gain)
    }
    let b = full.mean * kept.mean - square * covariance(kept, full, groups)
    let c = kept.mean * kept.mean - square * numeratorVariance
    let half = max(b * b - a * c, 0).squareRoot()
    return .estimated(
      share: kept.mean / full.mean,
      interval: Interval(low: (b - half) / a, high: (b + half) / a, level: level), gain: gain)
  }

  /// The share; nil where it is unavailable.
  public var share: Double? {
    if case .estimated(let share, _, _) = self { share } else { nil }
  }

  /// The interval of the share; nil where it is unavailable.
  public var interval: Interval? {
    if case .estimated(_, let interval, _) = self { interval } else { nil }
  }

  private static func covariance(_ x: Sample, _ y: Sample, _ clusters: Clusters) -> Double {
    let n = Double(x.values.count)
    let first = clusters.sums(of: x.values.map { $0 - x.mean })
    let second = clusters.sums(of: y.values.map { $0 - y.mean })
    let correction = Double(clusters.count) / Double(clusters.count - 1)
    return correction * zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / (n * n)
  }
}
