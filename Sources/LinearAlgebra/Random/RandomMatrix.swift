extension Matrix {
  /// A matrix of independent standard normal elements.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func gaussian(
    rows: Int, columns: Int, using random: inout CounterRandom
  ) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in Scalar(random.gaussian()) }
  }

  /// A Haar-random matrix with orthonormal columns, shape [rows, columns].
  ///
  /// Its column space is a uniformly random subspace.
  ///
  /// - Precondition: `columns <= rows`.
  /// - Throws: ``DecompositionError`` if LAPACK fails.
  /// - Numerics: Source: QR of a Gaussian matrix with the signs of R's diagonal moved into Q,
  ///   Mezzadri 2007, math-ph/0609050.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func haarOrthonormal(
    rows: Int, columns: Int, using random: inout CounterRandom
  ) throws -> Matrix {
    var (q, diagonal) = try gaussian(rows: rows, columns: columns, using: &random).thinQR()
    for column in 0..<columns where diagonal[column] < 0 {
      for row in 0..<rows { q[row, column].negate() }
    }
    return q
  }
}
