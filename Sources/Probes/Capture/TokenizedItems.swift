import Tokenization

/// The tokens of probe items and the one token of each whose activation is read.
///
/// Depends on the tokenizer only: models of one vocabulary share it.
public struct TokenizedItems: Sendable, Equatable {
  /// Token ids of each item's text, with what the tokenizer's template adds.
  public let sequences: [[Int]]
  /// The token that is read, an index into the item's sequence.
  public let positions: [Int]

  /// Encodes the items of a property.
  ///
  /// Spans count Unicode code points, so a character of several bytes or tokens is found whole; a
  /// character that is split over tokens is read at its last one.
  ///
  /// - Throws: ``ProbeError/noToken(item:span:)``, `TokenizerError`.
  public init(_ items: [ProbeItem], tokenizer: any Tokenizer) throws {
    var sequences: [[Int]] = []
    var positions: [Int] = []
    for item in items {
      let encoding = try tokenizer.encode(item.text, addSpecialTokens: true)
      switch item.position {
      case .last:
        guard let last = encoding.offsets.lastIndex(where: { !$0.isEmpty }) else {
          throw ProbeError.noToken(item: item.id, span: nil)
        }
        positions.append(last)
      case .span(let span):
        guard let token = encoding.lastToken(in: span) else {
          throw ProbeError.noToken(item: item.id, span: span)
        }
        positions.append(token)
      }
      sequences.append(encoding.ids)
    }
    self.sequences = sequences
    self.positions = positions
  }
}
