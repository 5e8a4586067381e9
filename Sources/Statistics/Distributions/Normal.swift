import Foundation

/// The standard normal distribution.
public enum Normal {
  /// P(Z ≤ z), accurate in the lower tail.
  public static func cdf(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// P(Z > z), accurate in the upper tail.
  public static func survival(_ z: Double) -> Double { cdf(-z) }

  /// The density at z.
  public static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * .pi).squareRoot() }

  /// The z with P(Z ≤ z) = p; −∞ at 0, +∞ at 1, NaN outside [0, 1].
  ///
  /// - Numerics: Source: Abramowitz & Stegun 26.2.23 as a start (error below 4.5e-4), then three
  ///   Halley steps in the lower tail, where the CDF has full relative accuracy.
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.5 { return -quantile(1 - p) }
    let t = (-2 * log(p)).squareRoot()
    var z =
      (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<3 {
      let step = (cdf(z) - p) / density(z)
      guard step.isFinite else { break }
      z -= step / (1 + z * step / 2)
    }
    return z
  }

  /// The half width, in standard errors, of a two-sided interval of a level: 1.96 at 0.95.
  static func criticalValue(level: Double) -> Double { quantile((1 + level) / 2) }
}
