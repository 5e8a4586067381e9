/// A mean with its uncertainty over prompts.
public struct MeanEstimate: Sendable, Equatable, Codable {
  /// How the interval was made.
  public enum Method: String, Sendable, Codable {
    /// Bias-corrected and accelerated bootstrap.
    case bca
    /// Bootstrap of the studentized mean.
    case studentized
    /// Student's t interval; the bootstrap's stand-in for few clusters.
    case student
    /// All values are equal, so the interval is a point and shows no sampling error.
    case constant
  }

  /// The mean over all observations.
  public let mean: Double
  /// The cluster-robust standard error.
  public let standardError: Double
  /// The confidence interval of the mean.
  public let interval: Interval
  /// How the interval was made.
  public let method: Method
  /// The number of observations.
  public let observations: Int
  /// The number of independent clusters.
  public let clusters: Int

  /// The mean with Student's t interval, G − 1 degrees of freedom for G clusters.
  ///
  /// - Throws: ``StatisticsError`` below two clusters, on values that are not finite, and where
  ///   lengths differ.
  public static func student(
    _ values: [Double], clusters: Clusters? = nil, level: Double = 0.95
  ) throws -> MeanEstimate {
    let (sample, clusters) = try Sample.checked(values, clusters, level)
    return sample.studentEstimate(clusters: clusters, level: level)
  }
}

/// A checked sample with its mean and cluster-robust standard error.
struct Sample {
  let values: [Double]
  let mean: Double
  let standardError: Double

  static func checked(
    _ values: [Double], _ clusters: Clusters?, _ level: Double
  ) throws -> (Sample, Clusters) {
    try Require.openProbability(level, "level")
    try Require.finite(values, "values")
    let clusters = try clusters.resolved(observations: values.count)
    try Require.count(clusters.count, atLeast: 2, "independent observations")
    let isConstant = values.allSatisfy { $0 == values[0] }
    let mean = isConstant ? values[0] : Summary.mean(values) ?? 0
    let error = isConstant ? 0 : Summary.standardError(values, clusters: clusters) ?? 0
    return (Sample(values: values, mean: mean, standardError: error), clusters)
  }

  func studentEstimate(clusters: Clusters, level: Double) -> MeanEstimate {
    let critical = StudentT.quantile(
      (1 + level) / 2, degreesOfFreedom: Double(clusters.count - 1))
    return estimate(
      .around(mean, standardError: standardError, critical: critical, level: level),
      standardError == 0 ? .constant : .student, clusters)
  }

  func estimate(
    _ interval: Interval, _ method: MeanEstimate.Method, _ clusters: Clusters
  ) -> MeanEstimate {
    MeanEstimate(
      mean: mean, standardError: standardError, interval: interval, method: method,
      observations: values.count, clusters: clusters.count)
  }
}
