/// Eigenvalues and eigenvectors of a symmetric matrix, A = Σ λ_i q_i q_iᵀ.
public struct SymmetricEigen<Scalar: RealScalar>: Sendable {
  /// Eigenvalues, non-increasing.
  public let values: [Scalar]
  /// Eigenvectors as **rows**, in the order of the values.
  public let vectors: Matrix<Scalar>
}

extension Matrix {
  /// Decomposes a symmetric matrix completely.
  ///
  /// - Precondition: square and symmetric; only one triangle is read.
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  /// - Numerics: Source: LAPACK `syevd`.
  public func symmetricEigen() throws -> SymmetricEigen<Scalar> {
    precondition(rows == columns)
    try requireFinite()
    var vectors = self
    var values = [Scalar](repeating: 0, count: rows)
    let info = vectors.elements.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { w -> Int32 in
        guard let a = a.baseAddress, let w = w.baseAddress else { return 0 }
        return Scalar.syevd(job: CChar(UInt8(ascii: "V")), n: Int32(rows), a: a, w: w)
      }
    }
    guard info == 0 else {
      throw DecompositionError.notConverged(routine: "syevd", info: Int(info))
    }
    return Self.descending(values, vectors)
  }

  /// The eigenvalues of a symmetric matrix, non-increasing.
  ///
  /// - Precondition: square and symmetric; only one triangle is read.
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  /// - Numerics: Source: LAPACK `syevd`.
  public func symmetricEigenvalues() throws -> [Scalar] {
    precondition(rows == columns)
    try requireFinite()
    var copy = elements
    var values = [Scalar](repeating: 0, count: rows)
    let info = copy.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { w -> Int32 in
        guard let a = a.baseAddress, let w = w.baseAddress else { return 0 }
        return Scalar.syevd(job: CChar(UInt8(ascii: "N")), n: Int32(rows), a: a, w: w)
      }
    }
    guard info == 0 else {
      throw DecompositionError.notConverged(routine: "syevd", info: Int(info))
    }
    return values.reversed()
  }

  /// The `count` largest eigenvalues of a symmetric matrix with their eigenvectors.
  ///
  /// - Precondition: square and symmetric, `0 <= count <= rows`.
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  /// - Numerics: Source: LAPACK `syevr`.
  public func leadingEigen(_ count: Int) throws -> SymmetricEigen<Scalar> {
    precondition(rows == columns && (0...rows).contains(count))
    guard count > 0 else {
      return SymmetricEigen(values: [], vectors: Matrix(rows: 0, columns: columns))
    }
    try requireFinite()
    var copy = elements
    var values = [Scalar](repeating: 0, count: rows)
    var vectors = Matrix(rows: count, columns: rows)
    var support = [Int32](repeating: 0, count: 2 * rows)
    let info = copy.withUnsafeMutableBufferPointer { a in
      values.withUnsafeMutableBufferPointer { w in
        vectors.elements.withUnsafeMutableBufferPointer { z in
          support.withUnsafeMutableBufferPointer { isuppz -> Int32 in
            guard let a = a.baseAddress, let w = w.baseAddress, let z = z.baseAddress,
              let isuppz = isuppz.baseAddress
            else { return 0 }
            return Scalar.syevr(
              job: CChar(UInt8(ascii: "V")), n: Int32(rows), a: a, from: Int32(rows - count + 1),
              to: Int32(rows), w: w, z: z, isuppz: isuppz)
          }
        }
      }
    }
    guard info == 0 else {
      throw DecompositionError.notConverged(routine: "syevr", info: Int(info))
    }
    return Self.descending(Array(values.prefix(count)), vectors)
  }

  /// Reverses LAPACK's ascending order.
  private static func descending(
    _ values: [Scalar], _ vectors: Matrix
  ) -> SymmetricEigen<Scalar> {
    var reversed: [Scalar] = []
    reversed.reserveCapacity(vectors.elements.count)
    for row in stride(from: vectors.rows - 1, through: 0, by: -1) {
      reversed.append(contentsOf: vectors.row(row))
    }
    return SymmetricEigen(
      values: values.reversed(),
      vectors: Matrix(rows: vectors.rows, columns: vectors.columns, elements: reversed))
  }
}
