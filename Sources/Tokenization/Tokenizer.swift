/// Text to token ids and back.
///
/// Implementations are immutable after loading and may be shared between threads. The same text
/// always gives the same ids.
public protocol Tokenizer: Sendable {
  /// Splits a text into tokens.
  ///
  /// - Parameters:
  ///   - text: Any text; it is read as UTF-8 without normalising what the model does not normalise.
  ///   - addSpecialTokens: Whether the model's template (a leading BOS, say) is applied.
  /// - Returns: The tokens in order, each with its place in the text.
  /// - Throws: ``TokenizerError`` if a pattern cannot be matched or the text is 4 GiB long.
  func encode(_ text: String, addSpecialTokens: Bool) throws -> Encoding

  /// The text of ids, joined by the model's decoder.
  ///
  /// Bytes that are not UTF-8, such as half a character, become U+FFFD, so the text of growing ids
  /// may change at its end. Ids without a token, such as rows that pad an embedding, have no text.
  func decode(_ ids: [Int], skipSpecialTokens: Bool) throws -> String

  /// The vocabulary text of an id, or nil if there is none.
  func token(of id: Int) -> String?

  /// The id of a vocabulary text, or nil if there is none.
  func id(of token: String) -> Int?

  /// Largest id + 1, added tokens included.
  var vocabularySize: Int { get }

  /// Tokens with a role of their own.
  var special: SpecialTokens { get }
}
