import Foundation

/// The binomial distribution of the number of successes in `trials` draws.
public enum Binomial {
  /// P(X = k).
  public static func probability(of k: Int, trials n: Int, success p: Double) -> Double {
    guard k >= 0, k <= n, p >= 0, p <= 1 else { return k < 0 || k > n ? 0 : .nan }
    if n == 0 { return 1 }
    if k == 0 { return exp(Double(n) * log1p(-p)) }
    if k == n { return pow(p, Double(n)) }
    if p == 0 || p == 1 { return 0 }
    return binomialPower(Double(k), Double(n - k), p, 1 - p)
  }

  /// P(X ≤ k) = I_{1−p}(n−k, k+1).
  public static func cdf(_ k: Int, trials n: Int, success p: Double) -> Double {
    if k < 0 { return 0 }
    if k >= n { return 1 }
    return regularizedIncompleteBeta(1 - p, complement: p, Double(n - k), Double(k + 1))
  }

  /// P(X ≥ k), the upper tail with k included.
  public static func upperTail(_ k: Int, trials n: Int, success p: Double) -> Double {
    if k <= 0 { return 1 }
    if k > n { return 0 }
    return regularizedIncompleteBeta(p, complement: 1 - p, Double(k), Double(n - k + 1))
  }
}
