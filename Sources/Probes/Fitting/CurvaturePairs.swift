/// A vector with its image under the metric, so that inner products cost no matrix product.
struct MetricVector {
  var vector: [Double]
  var image: [Double]

  /// The norm √⟨v, v⟩.
  var norm: Double { max(dot(vector, image), 0).squareRoot() }

  func scaled(by scale: Double) -> MetricVector {
    MetricVector(vector: vector.map { scale * $0 }, image: image.map { scale * $0 })
  }

  func minus(_ other: MetricVector) -> MetricVector {
    MetricVector(
      vector: zip(vector, other.vector).map { $0 - $1 },
      image: zip(image, other.image).map { $0 - $1 })
  }
}

/// The memory of L-BFGS: steps s and changes of gradient y.
struct CurvaturePairs {
  private static let limit = 20

  private var pairs: [(step: MetricVector, change: MetricVector, inner: Double)] = []

  /// Remembers a pair if its curvature ⟨s, y⟩ is positive beyond rounding.
  mutating func append(step: MetricVector, change: MetricVector) {
    let inner = dot(step.vector, change.image)
    guard inner > 1e-14 * step.norm * change.norm else { return }
    if pairs.count == Self.limit { pairs.removeFirst() }
    pairs.append((step, change, inner))
  }

  /// The approximate inverse Hessian times a gradient.
  ///
  /// - Source: Nocedal & Wright 2006, "Numerical Optimization", algorithm 7.4.
  func apply(to gradient: MetricVector, initial: (MetricVector) -> [Double]) -> [Double] {
    var remainder = gradient
    var coefficients: [Double] = []
    for pair in pairs.reversed() {
      let coefficient = dot(pair.step.image, remainder.vector) / pair.inner
      add(pair.change.vector, times: -coefficient, to: &remainder.vector)
      add(pair.change.image, times: -coefficient, to: &remainder.image)
      coefficients.append(coefficient)
    }
    var vector = initial(remainder)
    for (pair, coefficient) in zip(pairs, coefficients.reversed()) {
      let correction = coefficient - dot(pair.change.image, vector) / pair.inner
      add(pair.step.vector, times: correction, to: &vector)
    }
    return vector
  }
}
