import LinearAlgebra

/// Singular values and leading singular vectors of a matrix in Double, vectors as rows.
///
/// They come from the eigenvalues of the smaller Gram matrix, about four times as fast as an SVD,
/// unless the matrix is so ill-conditioned that the SVD is needed.
struct SpectralFactors: Sendable {
  /// All min(m, n) singular values, or the leading ones if no more were asked for.
  let singularValues: [Double]
  /// Left singular vectors as rows, at least as many as asked for, shape [≥K, m].
  let left: Matrix<Double>
  /// Right singular vectors as rows, shape [≥K, n].
  let right: Matrix<Double>
  /// A bound on the error of each σ²; 0 where the SVD was taken.
  let squareError: Double

  /// Which singular values are wanted.
  enum Extent {
    /// All of them, and `vectors` singular vectors on either side.
    case all(vectors: Int)
    /// The leading ones only, with their vectors.
    case leading(Int)
  }

  /// Decomposes a matrix with elements.
  ///
  /// - Throws: ``DecompositionError``.
  /// - Numerics: the Gram matrix gives σ_i to ε √N σ₁²/(2σ_i); where the smallest wanted σ is below
  ///   10⁻⁵ σ₁ the SVD is taken.
  init(of matrix: Matrix<Double>, _ extent: Extent) throws {
    if let fast = try Self(gramOf: matrix, extent) {
      self = fast
    } else {
      let svd = try matrix.svd()
      (singularValues, left, right) = (svd.singularValues, svd.u.transposed, svd.vt)
      squareError = 0
    }
  }

  private init?(gramOf matrix: Matrix<Double>, _ extent: Extent) throws {
    let isWide = matrix.rows <= matrix.columns
    let gram = matrix.gram(isWide ? .plain : .transposed)
    let eigen: SymmetricEigen<Double>
    let count: Int
    switch extent {
    case .leading(let vectors):
      count = min(vectors, gram.rows)
      eigen = try 2 * count < gram.rows ? gram.leadingEigen(count) : gram.symmetricEigen()
    case .all(let vectors):
      count = min(vectors, gram.rows)
      eigen = try gram.symmetricEigen()
    }
    guard let largest = eigen.values.first, let smallest = eigen.values.last,
      smallest > 1e-10 * largest
    else { return nil }
    singularValues = eigen.values.map { $0.squareRoot() }
    squareError = Double(gram.rows).squareRoot() * largest * 0x1p-52
    let near = eigen.vectors
    var far = near.rows(0..<count).multiplied(matrix, .plain, isWide ? .plain : .transposed)
    for index in 0..<count { far.scaleRow(index, by: 1 / singularValues[index]) }
    (left, right) = isWide ? (near, far) : (far, near)
  }

  /// The error that the singular values may carry together, √Σ(δσ_i)².
  var valueError: Double {
    guard squareError > 0 else { return 0 }
    let floor = squareError.squareRoot()
    return singularValues.reduce(0) { sum, value in
      let error = squareError / (2 * max(value, floor))
      return sum + error * error
    }.squareRoot()
  }

  /// Whether a singular value counts as zero: at most σ₁ · max(m, n) · 2⁻⁵².
  static func isNegligible(_ value: Double, of values: [Double], rows: Int, columns: Int) -> Bool {
    value <= (values.first ?? 0) * Double(max(rows, columns)) * 0x1p-52
  }
}

extension Matrix<Double> {
  /// All singular values, non-increasing, to full accuracy also where they are small.
  ///
  /// - Numerics: eigenvalues of the Gram matrix where its condition allows it, else LAPACK `gesdd`.
  func spectrum() throws -> [Double] {
    let gram = gram(rows <= columns ? .plain : .transposed)
    let squares = try gram.symmetricEigenvalues()
    guard let largest = squares.first, let smallest = squares.last, smallest > 1e-10 * largest
    else { return try singularValues() }
    return squares.map { $0.squareRoot() }
  }

  /// Multiplies a row by a number.
  mutating func scaleRow(_ row: Int, by factor: Double) {
    for index in row * columns..<(row + 1) * columns { elements[index] *= factor }
  }
}
