/// Why a matrix could not be decomposed.
public enum DecompositionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The matrix holds NaN or an infinity.
  case notFinite(row: Int, column: Int)
  /// LAPACK did not converge; the routine and its info.
  case notConverged(routine: String, info: Int)
  /// The matrix of a Cholesky solve is not positive definite; the order of the failing minor.
  case notPositiveDefinite(order: Int)

  /// One sentence that names cause and place.
  public var description: String {
    switch self {
    case .notFinite(let row, let column):
      "the matrix holds a value that is not finite at row \(row), column \(column)"
    case .notConverged(let routine, let info):
      "LAPACK's \(routine) did not converge (info \(info))"
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite (leading minor of order \(order))"
    }
  }
}

extension Matrix {
  /// Throws if an element is NaN or infinite.
  package func requireFinite() throws {
    if let (row, column) = firstNonFinite {
      throw DecompositionError.notFinite(row: row, column: column)
    }
  }
}
