/// Why a forward pass cannot be run.
public enum TransformerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A token that the vocabulary does not have.
  case unknownToken(Int, vocabulary: Int)
  /// A request without tokens to run.
  case emptySequence
  /// A temperature below 0 or not finite.
  case invalidTemperature(Double)
  /// Two models whose distributions cannot be compared.
  case differentVocabularies(Int, Int)

  /// One message: what, expected, found.
  public var description: String {
    switch self {
    case .unknownToken(let token, let vocabulary):
      "token \(token) is not in the vocabulary: ids are 0-\(vocabulary - 1)"
    case .emptySequence: "a sequence needs at least one token"
    case .invalidTemperature(let temperature):
      "the temperature must be at least 0 and finite, found \(temperature)"
    case .differentVocabularies(let first, let second):
      "distributions over \(first) and \(second) tokens cannot be compared"
    }
  }
}
