import Foundation

/// Gauss–Legendre quadrature on [0, 1]: exact for polynomials up to degree 2N − 1.
public struct GaussLegendre: Sendable, Hashable {
  /// A point of the interval and its weight; the weights sum to 1.
  public struct Node: Sendable, Hashable {
    /// The point, 0 < position < 1.
    public let position: Double
    /// Its weight.
    public let weight: Double
  }

  /// The nodes, ascending.
  public let nodes: [Node]

  /// The rule with `count` nodes: roots of the Legendre polynomial by Newton's method.
  ///
  /// - Source: Abramowitz & Stegun 25.4.29–30.
  public init(count: Int) {
    let count = max(1, count)
    nodes = (0..<count).map { index in
      var x = -cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        let (value, derivative) = Self.legendre(count, at: x)
        slope = derivative
        let step = value / derivative
        x -= step
        if abs(step) < 1e-16 { break }
      }
      return Node(position: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope))
    }
  }

  /// P_n(x) and its derivative, by the three-term recurrence.
  private static func legendre(_ degree: Int, at x: Double) -> (Double, Double) {
    var (before, value) = (1.0, x)
    for n in stride(from: 2, through: degree, by: 1) {
      let k = Double(n)
      (before, value) = (value, ((2 * k - 1) * x * value - (k - 1) * before) / k)
    }
    return (value, Double(degree) * (x * value - before) / (x * x - 1))
  }
}
