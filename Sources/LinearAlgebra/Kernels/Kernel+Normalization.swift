extension Kernel {
  /// y ← x / √(mean(x²) + ε) of one row (Zhang & Sennrich 2019, arXiv 1910.07467), without the
  /// weight.
  package static func normalize(
    _ x: UnsafePointer<Float>, count: Int, epsilon: Float, to y: UnsafeMutablePointer<Float>
  ) {
    var sums = Lanes(repeating: 0)
    var rest: Float = 0
    forEachLane(count) {
      let value = load(x + $0)
      sums += value * value
    } rest: {
      rest += x[$0] * x[$0]
    }
    let scale = 1 / ((sums.sum() + rest) / Float(count) + epsilon).squareRoot()
    let factor = Lanes(repeating: scale)
    forEachLane(count) {
      store(load(x + $0) * factor, to: y + $0)
    } rest: {
      y[$0] = x[$0] * scale
    }
  }

  /// x ← x ⊙ weight of one row.
  package static func scale(
    _ x: UnsafeMutablePointer<Float>, by weight: UnsafePointer<Float>, count: Int
  ) {
    forEachLane(count) {
      store(load(x + $0) * load(weight + $0), to: x + $0)
    } rest: {
      x[$0] *= weight[$0]
    }
  }
}
