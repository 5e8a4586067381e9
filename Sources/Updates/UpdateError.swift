import LinearAlgebra

/// Why an update could not be split.
public enum UpdateError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A rank rule that cannot be read.
  case badRankRule(String)
  /// A component that is not known or whose number is out of range.
  case badComponent(String)
  /// A tensor that holds NaN or an infinity.
  case notFinite(tensor: String, row: Int, column: Int)
  /// A tensor that LAPACK could not decompose.
  case notDecomposed(tensor: String, reason: String)
  /// A tensor without elements.
  case empty(tensor: String)
  /// A triplet that a matrix of this size does not have.
  case noSuchTriplet(tensor: String, index: Int, count: Int)
  /// Base and update of different sizes.
  case sizeMismatch(tensor: String, base: [Int], update: [Int])

  /// One sentence: what, where, expected, found.
  public var description: String {
    switch self {
    case .badRankRule(let text):
      "'\(text)' is not a rank rule; write a number of directions (64), a share of min(rows, "
        + "columns) above 0% and up to 100% (10%), or a share of the squared norm (energy:0.9)"
    case .badComponent(let text):
      "'\(text)' is not a component; known are \(Component.names.joined(separator: ", ")), "
        + "where R and I count from 1"
    case .notFinite(let tensor, let row, let column):
      "\(tensor) holds a value that is not finite at row \(row), column \(column)"
    case .notDecomposed(let tensor, let reason):
      "\(tensor) could not be decomposed: \(reason)"
    case .empty(let tensor):
      "\(tensor) has no elements, so there is nothing to split"
    case .noSuchTriplet(let tensor, let index, let count):
      "the update of \(tensor) has \(count) singular triplets, found triplet:\(index)"
    case .sizeMismatch(let tensor, let base, let update):
      "\(tensor) has shape \(base) in the base and \(update) in the update"
    }
  }
}

extension UpdateError {
  /// Runs a decomposition and names the tensor in what it throws.
  package static func naming<Result>(
    _ tensor: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch DecompositionError.notFinite(let row, let column) {
      throw UpdateError.notFinite(tensor: tensor, row: row, column: column)
    } catch let error as DecompositionError {
      throw UpdateError.notDecomposed(tensor: tensor, reason: error.description)
    }
  }
}
