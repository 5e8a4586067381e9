extension Interval {
  /// The Wilson score interval of a proportion, without continuity correction.
  ///
  /// - Throws: ``StatisticsError`` without trials or with more successes than trials.
  /// - Source: Wilson 1927; Newcombe 1998, Statistics in Medicine 17:857, method 3.
  public static func wilson(
    successes: Int, trials: Int, level: Double = 0.95
  ) throws -> Interval {
    try Require.openProbability(level, "level")
    try Require.count(trials, atLeast: 1, "trials")
    guard (0...trials).contains(successes) else {
      throw StatisticsError.outOfRange(
        what: "successes", value: Double(successes), allowed: "0…\(trials)")
    }
    let n = Double(trials)
    let p = Double(successes) / n
    let z = Normal.criticalValue(level: level)
    let center = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / (1 + z * z / n)
    return Interval(
      low: successes == 0 ? 0 : center - half, high: successes == trials ? 1 : center + half,
      level: level)
  }
}
