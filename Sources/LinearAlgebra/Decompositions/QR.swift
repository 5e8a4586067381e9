extension Matrix {
  /// The thin QR factorisation A = Q·R of a matrix with m ≥ n.
  ///
  /// - Returns: Q of shape [m, n] with orthonormal columns and the diagonal of R (n values), whose
  ///   signs make a Haar sample of a Gaussian matrix (Mezzadri 2007, math-ph/0609050).
  /// - Precondition: `rows >= columns`.
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  package func thinQR() throws -> (q: Matrix, rDiagonal: [Scalar]) {
    precondition(rows >= columns)
    try requireFinite()
    guard columns > 0 else { return (self, []) }
    var columnMajor = transposed
    var tau = [Scalar](repeating: 0, count: columns)
    let (m, n) = (Int32(rows), Int32(columns))
    var diagonal: [Scalar] = []
    let info = columnMajor.elements.withUnsafeMutableBufferPointer { a in
      tau.withUnsafeMutableBufferPointer { tau -> Int32 in
        guard let a = a.baseAddress, let tau = tau.baseAddress else { return 0 }
        let info = Scalar.geqrf(m: m, n: n, a: a, tau: tau)
        guard info == 0 else { return info }
        diagonal = (0..<columns).map { a[$0 * rows + $0] }
        return Scalar.orgqr(m: m, n: n, k: n, a: a, tau: tau)
      }
    }
    guard info == 0 else {
      throw DecompositionError.notConverged(routine: "geqrf/orgqr", info: Int(info))
    }
    return (columnMajor.transposed, diagonal)
  }

  /// An orthonormal basis of the column space of a matrix of full column rank, shape [m, n].
  ///
  /// - Throws: ``DecompositionError``.
  public func orthonormalColumns() throws -> Matrix {
    try thinQR().q
  }
}
