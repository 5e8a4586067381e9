/// Two accuracies on the same prompts, as the four counts of their agreement.
///
/// Prompts are taken as independent; of grouped prompts use ``Bootstrap`` on the differences.
public struct PairedAccuracy: Sendable, Equatable {
  /// Prompts that both got right.
  public let both: Int
  /// Prompts that only the first got right, b.
  public let onlyFirst: Int
  /// Prompts that only the second got right, c.
  public let onlySecond: Int
  /// Prompts that neither got right.
  public let neither: Int

  /// Creates the table from its counts.
  ///
  /// - Throws: ``StatisticsError`` without prompts or with a negative count.
  public init(both: Int, onlyFirst: Int, onlySecond: Int, neither: Int) throws {
    for count in [both, onlyFirst, onlySecond, neither] where count < 0 {
      throw StatisticsError.outOfRange(what: "count", value: Double(count), allowed: "0 or more")
    }
    self.both = both
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.neither = neither
    try Require.count(total, atLeast: 1, "prompts")
  }

  /// Counts the agreement of two lists of hard scores, one entry a prompt.
  ///
  /// - Throws: ``StatisticsError`` without prompts or where lengths differ.
  public init(first: [Bool], second: [Bool]) throws {
    try Require.length(second.count, equals: first.count, "second scores")
    var counts = [0, 0, 0, 0]
    for (one, other) in zip(first, second) { counts[(one ? 0 : 2) + (other ? 0 : 1)] += 1 }
    try self.init(both: counts[0], onlyFirst: counts[1], onlySecond: counts[2], neither: counts[3])
  }

  /// The number of prompts, n.
  public var total: Int { both + onlyFirst + onlySecond + neither }

  /// The first accuracy minus the second, (b − c)/n.
  public var difference: Double { Double(onlyFirst - onlySecond) / Double(total) }

  /// Tango's score interval of the difference, found exactly by bisection on the score statistic.
  ///
  /// Holds its level also with few discordant pairs, where Wald and bootstrap intervals fail.
  ///
  /// - Throws: ``StatisticsError`` for a level outside (0, 1).
  /// - Source: Tango 1998, Statistics in Medicine 17:891, equations 4–6.
  public func tangoInterval(level: Double = 0.95) throws -> Interval {
    try Require.openProbability(level, "level")
    let z = Normal.criticalValue(level: level)
    return Interval(
      low: -Self.upperLimit(b: onlySecond, c: onlyFirst, n: total, z: z),
      high: Self.upperLimit(b: onlyFirst, c: onlySecond, n: total, z: z), level: level)
  }

  /// The δ above (b − c)/n at which the score statistic reaches −z.
  private static func upperLimit(b: Int, c: Int, n: Int, z: Double) -> Double {
    let (b, c, n) = (Double(b), Double(c), Double(n))
    return bisect(from: (b - c) / n, to: 1) { δ in
      // The constrained maximum-likelihood estimate of P(only second) at difference δ.
      let linear = (2 * n - b + c) * δ - b - c
      let root = (linear * linear + 8 * n * c * δ * (1 - δ)).squareRoot()
      let onlySecond = max((root - linear) / (4 * n), 0)
      let variance = n * (2 * onlySecond + δ * (1 - δ))
      return n * δ - b + c <= z * max(variance, 0).squareRoot()
    }
  }

  /// The Agresti–Min interval of the difference: Wald's after adding ½ to each of the four counts.
  ///
  /// - Throws: ``StatisticsError`` for a level outside (0, 1).
  /// - Source: Agresti & Min 2005, Statistics in Medicine 24:729.
  public func agrestiMinInterval(level: Double = 0.95) throws -> Interval {
    try Require.openProbability(level, "level")
    let n = Double(total + 2)
    let difference = Double(onlyFirst - onlySecond) / n
    let variance = (Double(onlyFirst + onlySecond + 1) / n - difference * difference) / n
    let half = Normal.criticalValue(level: level) * variance.squareRoot()
    return Interval(
      low: max(difference - half, -1), high: min(difference + half, 1), level: level)
  }

  /// McNemar's two-sided p-value: min(1, 2·P(X ≤ min(b, c))), X ~ Binomial(b + c, ½).
  ///
  /// - Parameter midP: subtracts P(X = min(b, c)), which makes the test less conservative.
  /// - Returns: the p-value; 1 without discordant pairs.
  /// - Source: Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13:91.
  public func mcNemarP(midP: Bool = false) -> Double {
    let discordant = onlyFirst + onlySecond
    let smaller = min(onlyFirst, onlySecond)
    let exact = 2 * Binomial.cdf(smaller, trials: discordant, success: 0.5)
    guard midP else { return min(exact, 1) }
    return min(exact - Binomial.probability(of: smaller, trials: discordant, success: 0.5), 1)
  }
}
