/// The thin singular value decomposition A = U · diag(σ) · Vᵀ.
public struct SVD<Scalar: RealScalar>: Sendable {
  /// Left singular vectors as columns, shape [m, k] with k = min(m, n).
  public let u: Matrix<Scalar>
  /// Singular values, non-increasing, k of them.
  public let singularValues: [Scalar]
  /// Right singular vectors as rows, shape [k, n].
  public let vt: Matrix<Scalar>

  /// U · diag(σ) · Vᵀ from the pairs of a range (all by default).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func reconstructed(_ range: Range<Int>? = nil) -> Matrix<Scalar> {
    let range = range ?? 0..<singularValues.count
    var scaled = vt.rows(range)
    for (row, index) in range.enumerated() {
      for column in 0..<vt.columns { scaled[row, column] *= singularValues[index] }
    }
    return u.columns(range) * scaled
  }
}

extension Matrix {
  /// Computes the thin singular value decomposition.
  ///
  /// Signs of paired columns of U and V are not determined; compare projectors, not columns.
  ///
  /// - Returns: `u` [m, k], `singularValues` [k], `vt` [k, n], k = min(m, n).
  /// - Throws: ``DecompositionError`` if an element is not finite or both drivers fail.
  /// - Complexity: O(m·n·min(m, n)) operations.
  /// - Numerics: computes in `Scalar`. Source: LAPACK `gesdd`, falling back to `gesvd`.
  public func svd() throws -> SVD<Scalar> {
    let k = Swift.min(rows, columns)
    guard k > 0 else {
      return SVD(
        u: Matrix(rows: rows, columns: 0), singularValues: [],
        vt: Matrix(rows: 0, columns: columns))
    }
    var u = Matrix(rows: rows, columns: k)
    var vt = Matrix(rows: k, columns: columns)
    let singularValues = try factor(job: "S", u: &u, vt: &vt)
    return SVD(u: u, singularValues: singularValues, vt: vt)
  }

  /// Computes the singular values only, non-increasing.
  ///
  /// - Throws: ``DecompositionError`` as ``svd()``.
  public func singularValues() throws -> [Scalar] {
    guard !isEmpty else { return [] }
    var none = Matrix(rows: 0, columns: 0)
    var noneEither = none
    return try factor(job: "N", u: &none, vt: &noneEither)
  }

  // A row-major [m, n] matrix is a column-major [n, m] one, its transpose. LAPACK decomposes
  // Aᵀ = V Σ Uᵀ; its left factor, column-major [n, k], read row-major is our Vᵀ [k, n], and its
  // right factor, column-major [k, m], read row-major is our U [m, k]. Hence the swapped arguments.
  private func factor(
    job: Unicode.Scalar, u: inout Matrix, vt: inout Matrix
  ) throws -> [Scalar] {
    try requireFinite()
    let (m, n, k) = (Int32(columns), Int32(rows), Int32(Swift.min(rows, columns)))
    let job = CChar(UInt8(ascii: job))
    var singularValues = [Scalar](repeating: 0, count: Int(k))
    var copy = elements
    let info = copy.withUnsafeMutableBufferPointer { a in
      u.elements.withUnsafeMutableBufferPointer { right in
        vt.elements.withUnsafeMutableBufferPointer { left in
          singularValues.withUnsafeMutableBufferPointer { s -> Int32 in
            guard let a = a.baseAddress, let s = s.baseAddress else { return 0 }
            return Scalar.gesdd(
              job: job, m: m, n: n, a: a, s: s, u: left.baseAddress, ldu: m,
              vt: right.baseAddress, ldvt: k)
          }
        }
      }
    }
    if info == 0 { return singularValues }
    return try factorBySlowDriver(job: job, u: &u, vt: &vt)
  }

  private func factorBySlowDriver(
    job: CChar, u: inout Matrix, vt: inout Matrix
  ) throws -> [Scalar] {
    let (m, n, k) = (Int32(columns), Int32(rows), Int32(Swift.min(rows, columns)))
    var singularValues = [Scalar](repeating: 0, count: Int(k))
    var superdiagonal = [Scalar](repeating: 0, count: Int(k))
    var copy = elements
    let info = copy.withUnsafeMutableBufferPointer { a in
      u.elements.withUnsafeMutableBufferPointer { right in
        vt.elements.withUnsafeMutableBufferPointer { left in
          singularValues.withUnsafeMutableBufferPointer { s in
            superdiagonal.withUnsafeMutableBufferPointer { superb -> Int32 in
              guard let a = a.baseAddress, let s = s.baseAddress, let superb = superb.baseAddress
              else { return 0 }
              return Scalar.gesvd(
                job: job, m: m, n: n, a: a, s: s, u: left.baseAddress, ldu: m,
                vt: right.baseAddress, ldvt: k, superb: superb)
            }
          }
        }
      }
    }
    guard info == 0 else {
      throw DecompositionError.notConverged(routine: "gesvd", info: Int(info))
    }
    return singularValues
  }
}
