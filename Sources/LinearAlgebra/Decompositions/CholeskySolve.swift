extension Matrix {
  /// Solves A·X = B for a symmetric positive definite A.
  ///
  /// - Parameter right: B of shape [n, r].
  /// - Returns: X of shape [n, r].
  /// - Throws: ``DecompositionError/notPositiveDefinite(order:)`` or
  ///   ``DecompositionError/notFinite(row:column:)``.
  /// - Numerics: Source: LAPACK `posv`.
  public func solvedSymmetric(_ right: Matrix) throws -> Matrix {
    precondition(rows == columns && right.rows == rows)
    try requireFinite()
    guard rows > 0, right.columns > 0 else { return right }
    var factor = elements
    var solution = right.transposed
    let info = factor.withUnsafeMutableBufferPointer { a in
      solution.elements.withUnsafeMutableBufferPointer { b -> Int32 in
        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
        return Scalar.posv(n: Int32(rows), rightHandSides: Int32(right.columns), a: a, b: b)
      }
    }
    guard info == 0 else { throw DecompositionError.notPositiveDefinite(order: Int(info)) }
    return solution.transposed
  }
}
