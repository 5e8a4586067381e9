import Foundation

/// Vector–Jacobian products of the kernels: gradients at an output carried to the inputs.
extension Kernel {
  /// gx ← g·W, the vector–Jacobian product of ``linear(_:rows:inputs:weight:outputs:to:)``.
  ///
  /// - Parameters:
  ///   - g: [rows, outputs].
  ///   - rows: Rows.
  ///   - outputs: Width of g.
  ///   - weight: W, [outputs, inputs].
  ///   - inputs: Width of gx.
  ///   - gx: Receives [rows, inputs].
  package static func linearGradient(
    _ g: UnsafePointer<Float>, rows: Int, outputs: Int, weight: UnsafePointer<Float>, inputs: Int,
    to gx: UnsafeMutablePointer<Float>
  ) {
    Float.gemm(
      transposeA: false, transposeB: false, m: Int32(rows), n: Int32(inputs), k: Int32(outputs),
      alpha: 1, a: g, lda: Int32(outputs), b: weight, ldb: Int32(inputs), beta: 0, c: gx,
      ldc: Int32(inputs))
  }

  /// target ← target + ∂/∂x of one row of ``normalize(_:count:epsilon:to:)``:
  /// r·(g − n·mean(g ⊙ n)), n = r·x, r = 1 / √(mean(x²) + ε); means in `Double`.
  package static func addNormalizationGradient(
    _ g: UnsafePointer<Float>, of x: UnsafePointer<Float>, count: Int, epsilon: Float,
    to target: UnsafeMutablePointer<Float>
  ) {
    var (squares, products) = (0.0, 0.0)
    for index in 0..<count {
      squares += Double(x[index]) * Double(x[index])
      products += Double(x[index]) * Double(g[index])
    }
    let r = 1 / (squares / Double(count) + Double(epsilon)).squareRoot()
    let (scale, share) = (Float(r), Float(r * r * r * products / Double(count)))
    for index in 0..<count { target[index] += scale * g[index] - share * x[index] }
  }

  /// Gradients at the gate and at `up` of ``gate(_:_:count:)``, from that at its result.
  ///
  /// With s = 1 / (1 + e⁻ᵃ): ∂a = g·u·s·(1 + a·(1 − s)), ∂u = g·a·s.
  ///
  /// - Parameters:
  ///   - gate: a before the product; receives ∂a.
  ///   - up: u; receives ∂u.
  ///   - g: The gradient at silu(a) ⊙ u.
  ///   - count: Elements of each.
  package static func gateGradient(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>,
    _ g: UnsafePointer<Float>, count: Int
  ) {
    let one = Lanes(repeating: 1)
    forEachLane(count) {
      let (a, u, gradient) = (load(gate + $0), load(up + $0), load(g + $0))
      let s = one / (one + exponential(-a))
      store(gradient * u * s * (one + a * (one - s)), to: gate + $0)
      store(gradient * a * s, to: up + $0)
    } rest: {
      let (a, u) = (gate[$0], up[$0])
      let s = 1 / (1 + exp(-a))
      gate[$0] = g[$0] * u * s * (1 + a * (1 - s))
      up[$0] = g[$0] * a * s
    }
  }

  /// In place: x ← −exp(x − total), the gradient of −log Σ exp(x) if `total` is that logarithm.
  package static func negateExponentials(
    _ x: UnsafeMutablePointer<Float>, minus total: Float, count: Int
  ) {
    let shift = Lanes(repeating: total)
    forEachLane(count) {
      store(-exponential(load(x + $0) - shift), to: x + $0)
    } rest: {
      x[$0] = -exp(x[$0] - total)
    }
  }

  /// Turns one head back: the transpose of ``rotate(_:half:cosine:sine:)``.
  package static func rotateBack(
    _ x: UnsafeMutablePointer<Float>, half: Int, cosine: UnsafePointer<Float>,
    sine: UnsafePointer<Float>
  ) {
    for index in 0..<half {
      let (first, second) = (x[index], x[half + index])
      x[index] = first * cosine[index] + second * sine[index]
      x[half + index] = second * cosine[index] - first * sine[index]
    }
  }

  /// Σ a·b in `Double`.
  package static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
  ) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += Double(a[index]) * Double(b[index]) }
    return sum
  }
}
