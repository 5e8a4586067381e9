/// Why a tokenizer cannot be loaded or used.
public enum TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The directory holds no tokenizer file.
  case missingFiles(directory: String)
  /// A file cannot be read.
  case unreadable(file: String, reason: String)
  /// A component that this reader does not know, with its JSON path.
  case unknownComponent(kind: String, name: String, path: String)
  /// A value that is known but not supported.
  case unsupported(path: String, value: String, reason: String)
  /// A value of the wrong kind or out of range.
  case invalid(path: String, expected: String, found: String)
  /// A pattern that does not compile.
  case pattern(String, path: String, reason: String)
  /// The pattern matcher gave up on a text.
  case matching(pattern: String, reason: String)
  /// A text of 4 GiB or more.
  case textTooLong(bytes: Int)
  /// An id outside the vocabulary.
  case unknownID(Int, size: Int)
  /// The SentencePiece library reported a failure.
  case sentencePiece(String)

  /// One sentence: what, where, and what was expected.
  public var description: String {
    switch self {
    case .missingFiles(let directory):
      "\(directory): no tokenizer.json and no tokenizer.model; copy one of them from the model"
    case .unreadable(let file, let reason):
      "\(file): \(reason)"
    case .unknownComponent(let kind, let name, let path):
      "\(path): the \(kind) \"\(name)\" is not supported"
    case .unsupported(let path, let value, let reason):
      "\(path) = \(value) is not supported: \(reason)"
    case .invalid(let path, let expected, let found):
      "\(path): expected \(expected), found \(found)"
    case .pattern(let pattern, let path, let reason):
      "\(path): the pattern \(pattern) does not compile: \(reason)"
    case .matching(let pattern, let reason):
      "the pattern \(pattern) could not be matched: \(reason)"
    case .textTooLong(let bytes):
      "a text of \(bytes) bytes is too long for one call: split it below 4 GiB"
    case .unknownID(let id, let size):
      "token id \(id) is not in the vocabulary (ids 0 to \(size - 1))"
    case .sentencePiece(let message):
      "SentencePiece: \(message)"
    }
  }
}
