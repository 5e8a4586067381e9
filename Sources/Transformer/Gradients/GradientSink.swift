import LinearAlgebra

/// Takes the gradients of scores with respect to weights, tensor by tensor, as the reverse pass
/// meets them; a tensor that is used twice is met twice.
///
/// Called from several threads; all rows of a request come from one.
package protocol GradientSink: Sendable {
  /// One use of a tensor.
  ///
  /// - Parameters:
  ///   - tensor: State-dict name.
  ///   - gradient: ∂S/∂y for every row y that the tensor made.
  ///   - use: How it made them.
  ///   - rows: Which rows belong to which request; the others are to be left out.
  /// - Throws: What ends the pass.
  func collect(
    _ tensor: String, _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]) throws
}

/// How a tensor W makes a row y of activations; with g = ∂S/∂y, ∂S/∂W is a sum over rows.
package enum TensorUse {
  /// y = W·x: ∂S/∂W = Σ g xᵀ.
  case linear(RowBuffer)
  /// y = x + W: ∂S/∂W = Σ g.
  case added
  /// y = W ⊙ x, W repeated for every head: ∂S/∂W = Σ g ⊙ x.
  case scaled(RowBuffer)
  /// y = W[token]: ∂S/∂W[token] = Σ g; the token of every row, −1 where there is none.
  case rows([Int])
}

/// The rows of one request in a buffer.
package struct RequestRows: Sendable {
  /// The request's number in the call.
  package let request: Int
  /// Its rows.
  package let rows: Range<Int>
}
