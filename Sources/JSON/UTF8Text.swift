/// Text compared and hashed by its UTF-8 bytes.
///
/// Swift's `String` compares canonically: U+00C5 equals A + U+030A. Tensor names, vocabularies and
/// merges distinguish the two, so everything keyed by text from a file is keyed by this type.
public struct UTF8Text: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The bytes, valid UTF-8.
  public let bytes: [UInt8]

  /// Wraps bytes that the caller knows to be valid UTF-8.
  package init(validated bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Takes the bytes of a string as they are, without normalising.
  public init(_ string: some StringProtocol) {
    self.bytes = Array(string.utf8)
  }

  /// The text as a Swift string.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The text as a Swift string.
  public var description: String { string }

  /// Orders by bytes, which for UTF-8 is the order of code points.
  public static func < (left: UTF8Text, right: UTF8Text) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension UTF8Text: ExpressibleByStringLiteral {
  /// Creates the text of a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}
