import Foundation

/// The gamma function and its incomplete forms.
public enum Gamma {
  /// log Γ(x) for x > 0.
  public static func log(_ x: Double) -> Double { Foundation.lgamma(x) }

  /// Q(a, x), the regularised upper incomplete gamma function; NaN unless a > 0.
  ///
  /// - Numerics: Source: DLMF 8.7.1 (power series of P, x < a + 1) and 8.9.2 (continued fraction
  ///   of Q) by the modified Lentz method; both take O(√a) terms.
  public static func regularizedUpper(_ a: Double, _ x: Double) -> Double {
    guard a > 0, !x.isNaN else { return .nan }
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    let front = exp(-deviance(a, mean: x) - stirlingError(a)) * (a / (2 * .pi)).squareRoot()
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var denominator = a
      while term > sum * 1e-17 {
        denominator += 1
        term *= x / denominator
        sum += term
      }
      return 1 - front * sum
    }
    var fraction = LentzFraction(first: x + 1 - a)
    var index = 1.0
    while fraction.advance(numerator: index * (a - index), denominator: x + 2 * index + 1 - a) {
      index += 1
    }
    return front / fraction.value
  }

  /// log Γ(n+1) − log(√(2πn) nⁿ e⁻ⁿ), the error of Stirling's formula, for n > 0.
  ///
  /// - Numerics: Source: Loader 2000, "Fast and accurate computation of binomial probabilities".
  static func stirlingError(_ n: Double) -> Double {
    if n <= 15 {
      return log(n + 1) - (n + 0.5) * Foundation.log(n) + n - Foundation.log(2 * .pi) / 2
    }
    let square = n * n
    return
      (1 / 12.0
      - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square)
        / square)
      / n
  }

  /// x log(x/m) + m − x, without cancellation near x = m (Loader's "bd0").
  static func deviance(_ x: Double, mean m: Double) -> Double {
    guard abs(x - m) < 0.1 * (x + m) else { return x * Foundation.log(x / m) + m - x }
    let v = (x - m) / (x + m)
    var sum = (x - m) * v
    var term = 2 * x * v
    var odd = 3.0
    while true {
      term *= v * v
      let next = sum + term / odd
      if next == sum { return next }
      sum = next
      odd += 2
    }
  }
}

/// A continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)) evaluated forwards.
///
/// - Numerics: Source: the modified Lentz method, Thompson & Barnett 1986.
struct LentzFraction {
  private(set) var value: Double
  private var c: Double
  private var d = 0.0

  init(first: Double) {
    value = first == 0 ? 1e-300 : first
    c = value
  }

  /// Adds one level; false once it no longer changes the value.
  mutating func advance(numerator: Double, denominator: Double) -> Bool {
    d = denominator + numerator * d
    if d == 0 { d = 1e-300 }
    c = denominator + numerator / c
    if c == 0 { c = 1e-300 }
    d = 1 / d
    let factor = c * d
    value *= factor
    return abs(factor - 1) > 4e-16
  }
}
