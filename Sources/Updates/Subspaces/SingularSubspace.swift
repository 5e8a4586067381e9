import LinearAlgebra

/// The k leading singular triplets of a matrix, W⁽ᵏ⁾ = U_k · diag(σ) · V_kᵀ.
///
/// The entry of largest magnitude in each column of U is positive, so signs are determined.
public struct SingularSubspace<Scalar: RealScalar>: Sendable, Equatable {
  /// Left singular vectors as columns, U_k of shape [m, k].
  public let u: Matrix<Scalar>
  /// Right singular vectors as columns, V_k of shape [n, k].
  public let v: Matrix<Scalar>
  /// σ₁ ≥ … ≥ σ_k.
  public let singularValues: [Double]

  /// Wraps bases that are known to be orthonormal.
  ///
  /// - Precondition: `u` and `v` have as many columns as there are singular values.
  public init(u: Matrix<Scalar>, v: Matrix<Scalar>, singularValues: [Double]) {
    precondition(u.columns == singularValues.count && v.columns == singularValues.count)
    (self.u, self.v, self.singularValues) = (u, v, singularValues)
  }

  /// The number of triplets, k.
  public var rank: Int { singularValues.count }

  /// U_k · diag(σ) · V_kᵀ.
  public func reconstructed() -> Matrix<Scalar> {
    u.scalingColumns(by: singularValues).multiplied(v, .plain, .transposed)
  }

  /// The triplets with the given numbers, from 0.
  public func selecting(_ indices: [Int]) -> SingularSubspace {
    SingularSubspace(
      u: u.selectingColumns(indices), v: v.selectingColumns(indices),
      singularValues: indices.map { singularValues[$0] })
  }

  /// The same triplets with each number rounded to another type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self)
    -> SingularSubspace<Other>
  {
    SingularSubspace<Other>(
      u: u.converted(), v: v.converted(),
      singularValues: singularValues.map { Double(Other($0)) })
  }
}

/// The principal subspaces of a base matrix W₀, in the precision that edits work in.
public typealias BaseSubspace = SingularSubspace<Float>

extension SingularSubspace where Scalar == Double {
  /// How the triplets are found.
  public enum Method: Sendable {
    /// Eigenvectors of the smaller Gram matrix; the SVD where they would be too coarse.
    case gram
    /// The full SVD.
    case svd
  }

  /// Computes the leading singular triplets of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: W of shape [m, n] with elements, all finite.
  ///   - rule: How many.
  ///   - method: `.gram` costs O(mn·min(m, n)) in fast products and one partial symmetric
  ///     eigenproblem of size min(m, n); `.svd` some five times as much.
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  /// - Numerics: Double. The subspaces of `.gram` are off by a sine of about
  ///   2⁻⁵³ · σ₁² / (σ_k² − σ_{k+1}²), and its U and V are orthonormal to 2⁻⁵³ · (σ₁/σ_k)². Where
  ///   σ_k < 10⁻⁴ σ₁ (a matrix of zeros, a rank that W does not have) the SVD is taken instead.
  public init(of matrix: Matrix<Double>, rank rule: RankRule, method: Method = .gram) throws {
    try matrix.requireFinite()
    if case .gram = method, let subspace = try Self.fromGram(matrix, rule) {
      self = subspace
    } else {
      self = try Self.fromSVD(matrix, rule)
    }
  }

  private static func fromGram(_ matrix: Matrix<Double>, _ rule: RankRule) throws
    -> SingularSubspace?
  {
    let isWide = matrix.rows <= matrix.columns
    let gram = matrix.gram(isWide ? .plain : .transposed)
    let eigen: SymmetricEigen<Double>
    if let rank = rule.rank(rows: matrix.rows, columns: matrix.columns) {
      eigen = try 2 * rank < gram.rows ? gram.leadingEigen(rank) : gram.symmetricEigen()
    } else {
      eigen = try gram.symmetricEigen()
    }
    let squares = eigen.values.map { max($0, 0) }
    let rank = rule.rank(
      squaredSingularValues: squares, rows: matrix.rows, columns: matrix.columns)
    guard rank > 0, squares[rank - 1] > 1e-8 * squares[0] else { return nil }
    let singularValues = squares.prefix(rank).map { $0.squareRoot() }
    let near = eigen.vectors.rows(0..<rank).transposed
    let far = matrix.multiplied(near, isWide ? .transposed : .plain, .plain)
      .scalingColumns(by: singularValues.map { 1 / $0 })
    return SingularSubspace(
      u: isWide ? near : far, v: isWide ? far : near, singularValues: singularValues
    ).withFixedSigns()
  }

  private static func fromSVD(_ matrix: Matrix<Double>, _ rule: RankRule) throws
    -> SingularSubspace
  {
    let svd = try matrix.svd()
    let rank = rule.rank(
      squaredSingularValues: svd.singularValues.map { $0 * $0 }, rows: matrix.rows,
      columns: matrix.columns)
    return SingularSubspace(
      u: svd.u.columns(0..<rank), v: svd.vt.rows(0..<rank).transposed,
      singularValues: Array(svd.singularValues.prefix(rank))
    ).withFixedSigns()
  }

  private func withFixedSigns() -> SingularSubspace {
    let signs = (0..<rank).map { column -> Double in
      let largest = u.column(column).max { $0.magnitude < $1.magnitude } ?? 0
      return largest < 0 ? -1 : 1
    }
    return SingularSubspace(
      u: u.scalingColumns(by: signs), v: v.scalingColumns(by: signs),
      singularValues: singularValues)
  }
}

extension SingularSubspace where Scalar == Float {
  /// The leading singular triplets of a matrix, computed in Double and rounded.
  ///
  /// - Throws: ``DecompositionError`` if an element is not finite or LAPACK fails.
  public init(of matrix: Matrix<Float>, rank rule: RankRule) throws {
    self = try SingularSubspace<Double>(of: matrix.converted(), rank: rule).converted()
  }
}

extension Matrix {
  /// A · diag(s).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func scalingColumns(by factors: [Double]) -> Matrix {
    precondition(factors.count == columns)
    var result = self
    for row in 0..<rows {
      for column in 0..<columns {
        result.elements[row * columns + column] *= Scalar(factors[column])
      }
    }
    return result
  }

  /// The columns with the given numbers, in their order.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func selectingColumns(_ indices: [Int]) -> Matrix {
    var selected: [Scalar] = []
    selected.reserveCapacity(rows * indices.count)
    for row in 0..<rows {
      for index in indices { selected.append(elements[row * columns + index]) }
    }
    return Matrix(rows: rows, columns: indices.count, elements: selected)
  }
}
