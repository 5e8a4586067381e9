import Foundation

/// The beta distribution on [0, 1] with two positive shapes.
public struct BetaDistribution: Sendable, Equatable {
  /// The first shape, α; the mean is α/(α+β).
  public let alpha: Double
  /// The second shape, β.
  public let beta: Double

  /// Creates the distribution; with a shape that is not positive every probability is NaN.
  public init(alpha: Double, beta: Double) {
    self.alpha = alpha
    self.beta = beta
  }

  /// The mean α/(α+β).
  public var mean: Double { alpha / (alpha + beta) }

  /// The variance αβ/((α+β)²(α+β+1)).
  public var variance: Double { mean * (1 - mean) / (alpha + beta + 1) }

  /// P(X ≤ x), the regularised incomplete beta function I_x(α, β).
  public func cdf(_ x: Double) -> Double {
    regularizedIncompleteBeta(x, complement: 1 - x, alpha, beta)
  }

  /// P(X > x), accurate in the upper tail.
  public func survival(_ x: Double) -> Double {
    regularizedIncompleteBeta(1 - x, complement: x, beta, alpha)
  }

  /// The x with P(X ≤ x) = p, by bisection; NaN outside [0, 1].
  public func quantile(_ p: Double) -> Double {
    guard p >= 0, p <= 1, alpha > 0, beta > 0 else { return .nan }
    if p == 0 || p == 1 { return p }
    return bisect(from: 0, to: 1) { cdf($0) < p }
  }
}

/// I_x(a, b) where both x and 1 − x are given, so that neither loses digits near 0 or 1.
///
/// - Numerics: Source: continued fraction of DiDonato & Morris 1992, ACM TOMS 18:360, equation 9,
///   O(√max(a, b)) levels; the power x^a (1−x)^b / B(a, b) in Loader's saddle-point form, which
///   keeps about 12 digits for shapes of 10⁷, where log-gamma keeps 7.
func regularizedIncompleteBeta(
  _ x: Double, complement y: Double, _ a: Double, _ b: Double
) -> Double {
  guard a > 0, b > 0, !x.isNaN, !y.isNaN else { return .nan }
  if x <= 0 { return 0 }
  if y <= 0 { return 1 }
  if x > (a + 1) / (a + b + 2) { return 1 - lowerTail(y, complement: x, b, a) }
  return lowerTail(x, complement: y, a, b)
}

private func lowerTail(_ x: Double, complement y: Double, _ a: Double, _ b: Double) -> Double {
  func denominator(_ m: Double) -> Double {
    m + m * (b - m) * x / (a + 2 * m - 1)
      + (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (a + 2 * m + 1)
  }
  var fraction = LentzFraction(first: a * (a * y - b * x + 1) / (a + 1))
  for m in (1...100_000).lazy.map(Double.init) {
    let root = x / (a + 2 * m - 1)
    let numerator = (a + m - 1) * (a + b + m - 1) * m * (b - m) * root * root
    guard fraction.advance(numerator: numerator, denominator: denominator(m)) else { break }
  }
  return a * b / (a + b) * binomialPower(a, b, x, y) / fraction.value
}

/// Γ(a+b+1)/(Γ(a+1)Γ(b+1)) · x^a y^b, the binomial probability continued to real a and b.
func binomialPower(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
  let n = a + b
  let exponent =
    Gamma.stirlingError(n) - Gamma.stirlingError(a) - Gamma.stirlingError(b)
    - Gamma.deviance(a, mean: n * x) - Gamma.deviance(b, mean: n * y)
  return exp(exponent) * (n / (2 * .pi * a * b)).squareRoot()
}
