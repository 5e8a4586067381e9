import Foundation

/// Student's t distribution; infinitely many degrees of freedom give the normal distribution.
///
/// Probabilities are NaN unless the degrees of freedom are positive; they need not be whole.
public enum StudentT {
  /// P(T ≤ t), accurate in the lower tail.
  public static func cdf(_ t: Double, degreesOfFreedom: Double) -> Double {
    let tail = twoSidedP(t, degreesOfFreedom: degreesOfFreedom) / 2
    return t < 0 ? tail : 1 - tail
  }

  /// P(|T| ≥ |t|) = I_{ν/(ν+t²)}(ν/2, 1/2).
  public static func twoSidedP(_ t: Double, degreesOfFreedom ν: Double) -> Double {
    guard ν > 0, !t.isNaN else { return .nan }
    if ν.isInfinite { return 2 * Normal.survival(abs(t)) }
    if t.isInfinite { return 0 }
    let total = ν + t * t
    return regularizedIncompleteBeta(ν / total, complement: t * t / total, ν / 2, 0.5)
  }

  /// The t with P(T ≤ t) = p, by bisection; ±∞ at 0 and 1, NaN outside [0, 1].
  public static func quantile(_ p: Double, degreesOfFreedom ν: Double) -> Double {
    guard ν > 0 else { return .nan }
    if ν.isInfinite || !(p > 0 && p < 1) { return Normal.quantile(p) }
    if p > 0.5 { return -quantile(1 - p, degreesOfFreedom: ν) }
    var low = -2.0
    while cdf(low, degreesOfFreedom: ν) > p { low *= 2 }
    return bisect(from: low, to: 0) { cdf($0, degreesOfFreedom: ν) < p }
  }
}
