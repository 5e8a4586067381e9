/// Kernels over one row of activations. Sums run in lanes (see ``Lanes``), so a result depends on
/// the row alone.
package enum RowKernels {
  /// y = x / √(mean(x²) + ε), then ⊙ weight if there is one. RMSNorm, Zhang & Sennrich 2019
  /// (arXiv 1910.07467), in the order of `transformers`: normalise, then scale.
  ///
  /// `output` may be `input`.
  package static func rmsNorm(
    _ input: UnsafePointer<Float>, width: Int, epsilon: Float, weight: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let whole = width & ~(laneCount - 1)
    var squares = Lanes.zero
    for index in stride(from: 0, to: whole, by: laneCount) {
      let x = load(input + index)
      squares += x * x
    }
    var total = sum(squares)
    for index in whole..<width { total += input[index] * input[index] }
    let scale = 1 / (total / Float(width) + epsilon).squareRoot()
    if let weight {
      for index in 0..<width { output[index] = input[index] * scale * weight[index] }
    } else {
      for index in 0..<width { output[index] = input[index] * scale }
    }
  }

  /// y = y ⊙ x.
  package static func multiply(
    _ output: UnsafeMutablePointer<Float>, by input: UnsafePointer<Float>, count: Int
  ) {
    for index in 0..<count { output[index] *= input[index] }
  }

  /// y = y + x.
  package static func add(
    _ output: UnsafeMutablePointer<Float>, _ input: UnsafePointer<Float>, count: Int
  ) {
    for index in 0..<count { output[index] += input[index] }
  }

  /// gate = silu(gate) ⊙ up with silu(x) = x / (1 + e^−x).
  package static func gatedSiLU(
    _ gate: UnsafeMutablePointer<Float>, up: UnsafePointer<Float>, count: Int
  ) {
    let whole = count & ~(laneCount - 1)
    for index in stride(from: 0, to: whole, by: laneCount) {
      store(silu(load(gate + index)) * load(up + index), gate + index)
    }
    for index in whole..<count {
      gate[index] = silu(Lanes(repeating: gate[index]))[0] * up[index]
    }
  }

  @inline(__always)
  private static func silu(_ x: Lanes) -> Lanes { x / (exponential(-x) + 1) }

  /// Rotates halves of a head: (a, b) → (a·cos − b·sin, b·cos + a·sin).
  ///
  /// - Parameter half: Half the width of the head; `cosine` and `sine` have as many elements.
  package static func rotate(
    _ head: UnsafeMutablePointer<Float>, half: Int, cosine: UnsafePointer<Float>,
    sine: UnsafePointer<Float>
  ) {
    for index in 0..<half {
      let a = head[index]
      let b = head[half + index]
      head[index] = a * cosine[index] - b * sine[index]
      head[half + index] = b * cosine[index] + a * sine[index]
    }
  }

  /// Softmax over `range`; elements of the same lane blocks outside it become 0.
  ///
  /// Blocks begin at multiples of 16, so that a key's lane depends on its position only.
  ///
  /// - Precondition: the row is padded to a multiple of 16; `range` is not empty.
  package static func softmax(_ row: UnsafeMutablePointer<Float>, range: Range<Int>) {
    let first = range.lowerBound & ~(laneCount - 1)
    let last = (range.upperBound + laneCount - 1) & ~(laneCount - 1)
    for index in first..<range.lowerBound { row[index] = -.infinity }
    for index in range.upperBound..<last { row[index] = -.infinity }
    var maxima = load(row + first)
    for index in stride(from: first, to: last, by: laneCount) {
      maxima = larger(maxima, load(row + index))
    }
    let largest = maxima.max()
    var sums = Lanes.zero
    for index in stride(from: first, to: last, by: laneCount) {
      let e = exponential(load(row + index) - largest)
      sums += e
      store(e, row + index)
    }
    let total = sum(sums)
    for index in stride(from: first, to: last, by: laneCount) {
      store(load(row + index) / total, row + index)
    }
  }
}
