/// The chi-square distribution.
public enum ChiSquare {
  /// P(X > x) = Q(ν/2, x/2); NaN unless the degrees of freedom are positive.
  public static func survival(_ x: Double, degreesOfFreedom: Double) -> Double {
    Gamma.regularizedUpper(degreesOfFreedom / 2, x / 2)
  }

  /// The p-value of Pearson's test that counts are equally likely in each of their cells.
  ///
  /// - Returns: nil with fewer than two cells or no count at all.
  public static func uniformityP(_ counts: [Int]) -> Double? {
    let total = counts.reduce(0, +)
    guard counts.count > 1, total > 0 else { return nil }
    let expected = Double(total) / Double(counts.count)
    let statistic = counts.reduce(0) { sum, count in
      sum + (Double(count) - expected) * (Double(count) - expected) / expected
    }
    return survival(statistic, degreesOfFreedom: Double(counts.count - 1))
  }
}
