import LinearAlgebra

/// A linear map y = x·Wᵀ + b, with its input and its weight at hand.
struct LinearMap: Sendable {
  /// W, [outputs, inputs].
  let weight: [Float]
  /// b, [outputs].
  let bias: [Float]?
  /// Columns of W.
  let inputs: Int
  /// Rows of W.
  let outputs: Int

  /// y for every row of x.
  func callAsFunction(_ x: RowBuffer) -> RowBuffer {
    precondition(x.width == inputs)
    let y = RowBuffer(unwrittenRows: x.rows, width: outputs)
    Kernel.linear(
      x.base, rows: x.rows, inputs: inputs, weight: weight, outputs: outputs, to: y.base)
    if let bias {
      for row in 0..<y.rows { Kernel.add(bias, to: y.row(row), count: outputs) }
    }
    return y
  }
}
