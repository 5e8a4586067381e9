/// Why a text is not JSON as this project reads it.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The broken rule.
  public enum Rule: Sendable, Equatable {
    /// A byte that cannot stand here; what was expected.
    case expected(String)
    /// The text ends inside a value.
    case unexpectedEnd
    /// Bytes that are not UTF-8.
    case invalidUTF8
    /// A key that stands twice in one object.
    case duplicateKey(String)
    /// Nesting beyond the parser's limit.
    case tooDeep(limit: Int)
    /// Bytes after the document.
    case trailingBytes
  }

  /// The broken rule.
  public let rule: Rule
  /// Where, in bytes from the start.
  public let offset: Int

  /// One sentence that names rule and place.
  public var description: String {
    switch rule {
    case .expected(let what): "invalid JSON at byte \(offset): expected \(what)"
    case .unexpectedEnd: "invalid JSON: the text ends at byte \(offset) inside a value"
    case .invalidUTF8: "invalid JSON at byte \(offset): not UTF-8"
    case .duplicateKey(let key): "invalid JSON at byte \(offset): key \"\(key)\" stands twice"
    case .tooDeep(let limit): "invalid JSON at byte \(offset): nested deeper than \(limit) levels"
    case .trailingBytes: "invalid JSON at byte \(offset): bytes after the document"
    }
  }
}
