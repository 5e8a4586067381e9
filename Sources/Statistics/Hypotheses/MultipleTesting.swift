/// Adjusted p-values of a family of tests: reject where the adjusted p is at most α.
public enum MultipleTesting {
  /// Benjamini–Hochberg: controls the expected share of false discoveries.
  ///
  /// - Throws: ``StatisticsError`` for a p-value outside [0, 1].
  /// - Source: Benjamini & Hochberg 1995, JRSS B 57:289.
  public static func benjaminiHochberg(_ pValues: [Double]) throws -> [Double] {
    try Require.probabilities(pValues, "p-value")
    let family = Double(pValues.count)
    var adjusted = pValues
    var least = 1.0
    for (index, rank) in zip(ascending(pValues), 1...).reversed() {
      least = min(least, pValues[index] * family / Double(rank))
      adjusted[index] = least
    }
    return adjusted
  }

  /// Holm: controls the chance of any false rejection, whatever the dependence.
  ///
  /// - Throws: ``StatisticsError`` for a p-value outside [0, 1].
  /// - Source: Holm 1979, Scandinavian Journal of Statistics 6:65.
  public static func holm(_ pValues: [Double]) throws -> [Double] {
    try Require.probabilities(pValues, "p-value")
    var adjusted = pValues
    var greatest = 0.0
    for (position, index) in ascending(pValues).enumerated() {
      greatest = max(greatest, pValues[index] * Double(pValues.count - position))
      adjusted[index] = min(greatest, 1)
    }
    return adjusted
  }

  private static func ascending(_ values: [Double]) -> [Int] {
    values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }
}
