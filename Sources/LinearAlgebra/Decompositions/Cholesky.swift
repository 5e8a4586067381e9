/// The Cholesky factor of a symmetric positive definite matrix, for many solves.
public struct Cholesky<Scalar: RealScalar>: Sendable {
  private let size: Int
  /// The upper factor in column-major order.
  private let factor: [Scalar]

  /// Factorises a matrix of which only one triangle is read.
  ///
  /// - Precondition: square.
  /// - Throws: ``DecompositionError/notPositiveDefinite(order:)`` or
  ///   ``DecompositionError/notFinite(row:column:)``.
  /// - Numerics: Source: LAPACK `potrf`.
  public init(_ matrix: Matrix<Scalar>) throws {
    precondition(matrix.rows == matrix.columns)
    try matrix.requireFinite()
    size = matrix.rows
    var elements = matrix.elements
    let info = elements.withUnsafeMutableBufferPointer { a -> Int32 in
      guard let a = a.baseAddress else { return 0 }
      return Scalar.potrf(n: Int32(matrix.rows), a: a)
    }
    guard info == 0 else { throw DecompositionError.notPositiveDefinite(order: Int(info)) }
    factor = elements
  }

  /// Solves A·x = b for each of the rows b, in place.
  ///
  /// - Precondition: `rows` holds a multiple of the order of A.
  /// - Numerics: Source: LAPACK `potrs`; a single row goes through BLAS `trsv`, which copies nothing.
  public func solve(rows: inout [Scalar]) {
    guard size > 0, !rows.isEmpty else { return }
    precondition(rows.count % size == 0)
    let count = Int32(rows.count / size)
    factor.withUnsafeBufferPointer { a in
      rows.withUnsafeMutableBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        if count == 1 {
          Scalar.trsv(transpose: true, n: Int32(size), a: a, x: b)
          Scalar.trsv(transpose: false, n: Int32(size), a: a, x: b)
        } else {
          _ = Scalar.potrs(n: Int32(size), rightHandSides: count, a: a, b: b)
        }
      }
    }
  }
}

extension Matrix {
  /// Solves A·X = B for a symmetric positive definite A.
  ///
  /// - Parameter right: B of shape [n, r].
  /// - Returns: X of shape [n, r].
  /// - Throws: ``DecompositionError/notPositiveDefinite(order:)`` or
  ///   ``DecompositionError/notFinite(row:column:)``.
  public func solvedSymmetric(_ right: Matrix) throws -> Matrix {
    precondition(rows == columns && right.rows == rows)
    let factor = try Cholesky(self)
    var solution = right.transposed
    factor.solve(rows: &solution.elements)
    return solution.transposed
  }
}
