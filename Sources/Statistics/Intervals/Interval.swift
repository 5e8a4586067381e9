/// A confidence interval, ends included.
public struct Interval: Sendable, Equatable, Hashable, Codable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// The nominal probability of covering the true value, such as 0.95.
  public let level: Double

  /// Creates an interval.
  public init(low: Double, high: Double, level: Double) {
    self.low = low
    self.high = high
    self.level = level
  }

  /// The distance between the ends.
  public var width: Double { high - low }

  /// Whether a value lies inside; an interval that contains 0 shows no effect.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The interval of the opposite sign.
  public var negated: Interval { Interval(low: -high, high: -low, level: level) }

  /// value ± critical · standardError.
  static func around(
    _ value: Double, standardError: Double, critical: Double, level: Double
  ) -> Interval {
    let half = standardError == 0 ? 0 : critical * standardError
    return Interval(low: value - half, high: value + half, level: level)
  }
}
