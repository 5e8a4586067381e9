import LinearAlgebra

/// p-values against a null distribution that is known through S draws.
public enum MonteCarlo {
  /// The side on which an observation counts as extreme.
  public enum Tail: Sendable {
    /// Large values.
    case upper
    /// Small values.
    case lower
    /// Both: twice the smaller one-sided p, at most 1.
    case both
  }

  /// (1 + #)/(S + 1), where # draws out of S are at least as extreme as the observation.
  ///
  /// - Source: Phipson & Smyth 2010, "Permutation p-values should never be zero".
  public static func pValue(extreme: Int, draws: Int) -> Double {
    Double(1 + extreme) / Double(draws + 1)
  }

  /// The p-value of an observation; NaN if it is NaN.
  ///
  /// Draws equal to the observation count as extreme.
  public static func pValue(of observed: Double, null: [Double], tail: Tail = .upper) -> Double {
    guard !observed.isNaN else { return .nan }
    let upper = pValue(extreme: null.count { $0 >= observed }, draws: null.count)
    let lower = pValue(extreme: null.count { $0 <= observed }, draws: null.count)
    return switch tail {
    case .upper: upper
    case .lower: lower
    case .both: min(2 * min(upper, lower), 1)
    }
  }

  /// A p-value that is exactly uniform under the null also where draws tie.
  ///
  /// Upper tail: (# above + U·(1 + # equal))/(S + 1) with U uniform on (0, 1]; for tests of
  /// calibration, not for print.
  public static func randomizedP(
    of observed: Double, null: [Double], tail: Tail = .upper, using random: inout CounterRandom
  ) -> Double {
    guard !observed.isNaN else { return .nan }
    let above = Double(null.count { $0 > observed })
    let equal = Double(null.count { $0 == observed })
    let draw = 1 - random.uniform()
    let upper = (above + draw * (1 + equal)) / Double(null.count + 1)
    return switch tail {
    case .upper: upper
    case .lower: 1 - upper
    case .both: 2 * min(upper, 1 - upper)
    }
  }

  /// Whether so few draws can never reject after correcting for so many cells: S + 1 < cells/α
  /// (twice that for two-sided p-values).
  public static func cannotReject(
    draws: Int, cells: Int, alpha: Double = 0.05, tail: Tail = .upper
  ) -> Bool {
    let sides: Double = if case .both = tail { 2 } else { 1 }
    return Double(draws + 1) < sides * Double(cells) / alpha
  }

  /// Family-wise p-values of several cells by the maximum statistic.
  ///
  /// The null of every cell is the maximum over all cells within one joint draw, so dependence
  /// between cells is kept. Large statistics are extreme: give |z| for two-sided tests.
  ///
  /// - Parameters:
  ///   - observed: one statistic a cell.
  ///   - draws: the same statistics in each joint draw, [draws][cells].
  /// - Returns: one p-value a cell.
  /// - Throws: ``StatisticsError`` where a draw has another number of cells, or a value is not
  ///   finite.
  /// - Source: Westfall & Young 1993, "Resampling-based multiple testing", single-step maxT.
  public static func maximumStatisticP(
    observed: [Double], draws: [[Double]]
  ) throws -> [Double] {
    try Require.finite(observed, "observed statistics")
    let maxima = try draws.map { draw in
      try Require.length(draw.count, equals: observed.count, "cells of a joint draw")
      try Require.finite(draw, "a joint draw")
      return draw.max() ?? -.infinity
    }
    return observed.map { pValue(of: $0, null: maxima) }
  }
}

/// What a null distribution says about a measure: mean, spread and central band.
public struct NullBand: Sendable, Equatable, Codable {
  /// The mean of the draws.
  public let mean: Double
  /// The sample standard deviation of the draws; 0 for a single draw.
  public let standardDeviation: Double
  /// The central part of the draws, between their (1 ∓ level)/2 quantiles.
  public let interval: Interval
  /// The number of draws.
  public let draws: Int

  /// Summarises draws of a null.
  ///
  /// - Throws: ``StatisticsError`` without draws, and on draws that are not finite.
  public init(draws: [Double], level: Double = 0.95) throws {
    try Require.openProbability(level, "level")
    try Require.count(draws.count, atLeast: 1, "null draws")
    try Require.finite(draws, "null draws")
    let sorted = draws.sorted()
    mean = Summary.mean(draws) ?? 0
    standardDeviation = Summary.standardDeviation(draws) ?? 0
    interval = Interval(
      low: Summary.quantile(sorted: sorted, at: (1 - level) / 2) ?? 0,
      high: Summary.quantile(sorted: sorted, at: (1 + level) / 2) ?? 0, level: level)
    self.draws = draws.count
  }

  /// How many standard deviations an observation lies above the null's mean; nil where the draws
  /// do not vary.
  public func z(of observed: Double) -> Double? {
    standardDeviation > 0 ? (observed - mean) / standardDeviation : nil
  }
}
