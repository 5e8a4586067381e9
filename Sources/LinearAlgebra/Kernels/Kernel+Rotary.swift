extension Kernel {
  /// Rotates one head in halves, as `transformers`' `rotate_half`:
  /// (x₁, x₂) ← (x₁ cos − x₂ sin, x₂ cos + x₁ sin).
  ///
  /// - Parameters:
  ///   - x: [2 · half].
  ///   - half: Half the width of the head.
  ///   - cosine: [half], of the token's position.
  ///   - sine: [half].
  package static func rotate(
    _ x: UnsafeMutablePointer<Float>, half: Int, cosine: UnsafePointer<Float>,
    sine: UnsafePointer<Float>
  ) {
    forEachLane(half) {
      let (first, second) = (load(x + $0), load(x + half + $0))
      let (c, s) = (load(cosine + $0), load(sine + $0))
      store(first * c - second * s, to: x + $0)
      store(second * c + first * s, to: x + half + $0)
    } rest: {
      let (first, second) = (x[$0], x[half + $0])
      x[$0] = first * cosine[$0] - second * sine[$0]
      x[half + $0] = second * cosine[$0] + first * sine[$0]
    }
  }
}
