import LinearAlgebra

/// The seeded bootstrap of a mean over prompts, by clusters where prompts are grouped.
///
///     let bootstrap = Bootstrap(seed: 7)
///     let effect = try bootstrap.meanDifference(of: edited, minus: tuned, clusters: clusters)
///
/// Whole clusters are drawn with replacement, and a replicate is the mean over all observations
/// drawn. Replicates depend on the seed and the number of clusters only, so two calls with equally
/// many clusters share their draws. A replicate costs one addition a cluster.
public struct Bootstrap: Sendable, Equatable {
  /// How replicates become an interval.
  public enum Method: Sendable {
    /// Bias-corrected and accelerated percentiles.
    case bca
    /// Percentiles of (replicate − mean)/standard error of the replicate.
    case studentized
  }

  /// Below this number of clusters the t interval is returned instead, marked `.student`.
  public static let minimumClusters = 20

  /// The number of replicates.
  public var replicates: Int
  /// The seed of the draws.
  public var seed: UInt64

  /// Creates a bootstrap.
  public init(replicates: Int = 2000, seed: UInt64) {
    self.replicates = replicates
    self.seed = seed
  }

  /// The mean of soft scores with a bootstrap interval.
  ///
  /// - Throws: ``StatisticsError`` below two clusters, on values that are not finite, below 100
  ///   replicates, and where lengths differ.
  public func mean(
    of values: [Double], clusters: Clusters? = nil, level: Double = 0.95, method: Method = .bca
  ) throws -> MeanEstimate {
    let (sample, clusters) = try Sample.checked(values, clusters, level)
    try Require.count(replicates, atLeast: 100, "bootstrap replicates")
    guard clusters.count >= Self.minimumClusters, sample.standardError > 0 else {
      return sample.studentEstimate(clusters: clusters, level: level)
    }
    // Sums of deviations from the mean, so that squares lose no digits.
    let sums = clusters.sums(of: values.map { $0 - sample.mean })
    let sizes = clusters.sizes
    switch method {
    case .bca:
      let total = sizes.reduce(0, +)
      let interval = Self.bcaInterval(
        estimate: 0, replicates: means(sums: sums, sizes: sizes),
        jackknife: zip(sums, sizes).map { -$0 / (total - $1) }, level: level)
      let shifted = Interval(
        low: sample.mean + interval.low, high: sample.mean + interval.high, level: level)
      return sample.estimate(shifted, .bca, clusters)
    case .studentized:
      let ratios = studentizedMeans(sums: sums, sizes: sizes).sorted()
      guard let low = Summary.quantile(sorted: ratios, at: (1 - level) / 2),
        let high = Summary.quantile(sorted: ratios, at: (1 + level) / 2),
        low.isFinite, high.isFinite
      else { return sample.studentEstimate(clusters: clusters, level: level) }
      let interval = Interval(
        low: sample.mean - high * sample.standardError,
        high: sample.mean - low * sample.standardError, level: level)
      return sample.estimate(interval, .studentized, clusters)
    }
  }

  /// The mean of paired differences with a bootstrap interval.
  ///
  /// - Throws: ``StatisticsError``, as ``mean(of:clusters:level:method:)``.
  public func meanDifference(
    of first: [Double], minus second: [Double], clusters: Clusters? = nil, level: Double = 0.95,
    method: Method = .bca
  ) throws -> MeanEstimate {
    try Require.length(second.count, equals: first.count, "paired values")
    return try mean(
      of: zip(first, second).map { $0 - $1 }, clusters: clusters, level: level, method: method)
  }

  /// The BCa interval from replicates and leave-one-out values of any statistic.
  ///
  /// With z₀ = Φ⁻¹(share of replicates below the estimate, ties half) and
  /// a = Σd³ / (6 (Σd²)^{3/2}), d = mean of the jackknife − jackknife, the ends are the replicates'
  /// quantiles at Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))).
  ///
  /// - Source: Efron 1987, JASA 82:171, as in Efron & Tibshirani 1993, equations 14.9–14.15.
  package static func bcaInterval(
    estimate: Double, replicates: [Double], jackknife: [Double], level: Double
  ) -> Interval {
    let below = replicates.reduce(0) {
      $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0)
    }
    let count = Double(replicates.count)
    let bias = Normal.quantile(min(max(below, 0.5), count - 0.5) / count)
    let center = jackknife.reduce(0, +) / Double(jackknife.count)
    var squares = 0.0
    var cubes = 0.0
    for value in jackknife {
      let deviation = center - value
      squares += deviation * deviation
      cubes += deviation * deviation * deviation
    }
    let acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
    let sorted = replicates.sorted()
    func end(_ z: Double) -> Double {
      let shifted = bias + z
      let probability = Normal.cdf(bias + shifted / (1 - acceleration * shifted))
      return Summary.quantile(sorted: sorted, at: probability) ?? estimate
    }
    let z = Normal.criticalValue(level: level)
    return Interval(low: end(-z), high: end(z), level: level)
  }

  /// Σ sums / Σ sizes of each replicate.
  private func means(sums: [Double], sizes: [Double]) -> [Double] {
    resample(zip(sums, sizes).map { SIMD2($0, $1) }).map { $0[0] / $0[1] }
  }

  /// Mean over its cluster-robust standard error, for each replicate; both from sums over clusters
  /// of S, N, S², SN and N².
  private func studentizedMeans(sums: [Double], sizes: [Double]) -> [Double] {
    let correction = Double(sums.count) / Double(sums.count - 1)
    let moments = zip(sums, sizes).map { SIMD8($0, $1, $0 * $0, $0 * $1, $1 * $1, 0, 0, 0) }
    return resample(moments).map { m in
      let mean = m[0] / m[1]
      let squares = m[2] - 2 * mean * m[3] + mean * mean * m[4]
      let error = (correction * max(squares, 0)).squareRoot() / m[1]
      return mean == 0 ? 0 : mean / error
    }
  }

  /// The sum over clusters drawn with replacement, for each replicate.
  ///
  /// One 64-bit draw picks two clusters by multiply and shift; the bias is below count/2³².
  private func resample<Moments: SIMD<Double>>(_ clusters: [Moments]) -> [Moments] {
    var random = CounterRandom(seed: seed, stream: "bootstrap")
    let count = UInt64(clusters.count)
    return clusters.withUnsafeBufferPointer { clusters in
      (0..<replicates).map { _ in
        var total = Moments.zero
        var left = clusters.count
        while left > 1 {
          let bits = random.next()
          total += clusters[Int(((bits & 0xffff_ffff) &* count) >> 32)]
          total += clusters[Int(((bits >> 32) &* count) >> 32)]
          left -= 2
        }
        if left == 1 { total += clusters[Int(((random.next() >> 32) &* count) >> 32)] }
        return total
      }
    }
  }
}
