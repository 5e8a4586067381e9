/// The tokens of one text.
public struct Encoding: Sendable, Equatable {
  /// Vocabulary ids.
  public var ids: [Int]
  /// Where each token stands in the text, in Unicode code points.
  ///
  /// `0..<0` for tokens that a template added. Tokens of one character's bytes share its range,
  /// except with SentencePiece, where the last of them takes it and the others are empty.
  public var offsets: [Range<Int>]
  /// The vocabulary text of each id; for an added token the text in which it was found.
  public var tokens: [String]

  /// Creates an encoding; the three arrays have one element a token.
  public init(ids: [Int] = [], offsets: [Range<Int>] = [], tokens: [String] = []) {
    self.ids = ids
    self.offsets = offsets
    self.tokens = tokens
  }

  /// Where each token stands in the text, in bytes of UTF-8.
  ///
  /// - Parameter text: The text that was encoded.
  /// - Returns: One range a token.
  public func utf8Offsets(in text: String) -> [Range<Int>] {
    var starts = [0]
    starts.reserveCapacity(text.utf8.count + 1)
    for scalar in text.unicodeScalars {
      starts.append(starts[starts.count - 1] + UTF8.width(scalar))
    }
    return offsets.map { starts[$0.lowerBound]..<starts[$0.upperBound] }
  }

  /// The last token that shares a character with a span, or nil if none does.
  ///
  /// - Parameter span: A range of Unicode code points of the text.
  /// - Returns: An index into ``ids``.
  public func lastToken(in span: Range<Int>) -> Int? {
    offsets.lastIndex { $0.overlaps(span) }
  }

  mutating func reserveCapacity(_ count: Int) {
    ids.reserveCapacity(count)
    offsets.reserveCapacity(count)
    tokens.reserveCapacity(count)
  }

  mutating func append(_ id: Int, _ offset: Range<Int>, _ token: String) {
    ids.append(id)
    offsets.append(offset)
    tokens.append(token)
  }
}
