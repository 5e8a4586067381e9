import Statistics

/// A figure with its interval, as every table and JSON document shows it.
public struct Estimate: Sendable, Hashable, Codable {
  /// The figure.
  public let value: Double
  /// Lower end of the 95 % interval.
  public let low: Double
  /// Upper end of the 95 % interval.
  public let high: Double

  /// Joins a figure and its interval.
  public init(_ value: Double, _ interval: Interval) {
    self.value = value
    self.low = interval.low
    self.high = interval.high
  }

  /// Whether the interval leaves out zero.
  public var excludesZero: Bool { low > 0 || high < 0 }
}

/// Intervals by the rules of science.md §3, chosen by what the values are.
struct Estimator {
  let seed: UInt64

  /// A level: Wilson for independent zeros and ones, a clustered bootstrap otherwise.
  func level(_ values: [Double], clusters: Clusters?) throws -> Estimate {
    if clusters == nil, let successes = Self.successes(values) {
      let interval = try Interval.wilson(successes: successes, trials: values.count)
      return Estimate(Double(successes) / Double(values.count), interval)
    }
    let estimate = try bootstrap(values, clusters: clusters)
    // Shares stay shares, however few the clusters.
    guard values.allSatisfy({ (0...1).contains($0) }) else { return estimate }
    let interval = Interval(low: max(estimate.low, 0), high: min(estimate.high, 1), level: 0.95)
    return Estimate(estimate.value, interval)
  }

  /// A paired difference: Tango for independent zeros and ones, a clustered bootstrap otherwise.
  func difference(of first: [Double], minus second: [Double], clusters: Clusters?) throws
    -> Estimate
  {
    if clusters == nil, Self.successes(first) != nil, Self.successes(second) != nil {
      let pairs = try PairedAccuracy(first: first.map { $0 == 1 }, second: second.map { $0 == 1 })
      return Estimate(pairs.difference, try pairs.tangoInterval())
    }
    return try bootstrap(zip(first, second).map { $0 - $1 }, clusters: clusters)
  }

  private func bootstrap(_ values: [Double], clusters: Clusters?) throws -> Estimate {
    guard (clusters?.count ?? values.count) >= 2 else {
      let mean = values.reduce(0, +) / Double(values.count)
      return Estimate(mean, Interval(low: -.infinity, high: .infinity, level: 0.95))
    }
    let isSmall = (clusters?.count ?? values.count) < 100
    let estimate = try Bootstrap(seed: seed).mean(
      of: values, clusters: clusters, method: clusters != nil || isSmall ? .studentized : .bca)
    return Estimate(estimate.mean, estimate.interval)
  }

  private static func successes(_ values: [Double]) -> Int? {
    var count = 0
    for value in values {
      guard value == 0 || value == 1 else { return nil }
      count += value == 1 ? 1 : 0
    }
    return count
  }
}
