import Tokenization

/// Texts that end a generated answer.
struct StopTexts: Sendable {
  private let texts: [String]
  /// Tokens in which the end of a stop text must lie: each token holds at least a byte, and a
  /// character cut at the window's start takes up to three more.
  private let window: Int

  init(_ texts: [String]) {
    self.texts = texts
    window = (texts.map(\.utf8.count).max() ?? 0) + 3
  }

  /// Whether the tokens end with, or shortly before their end contain, a stop text.
  func ends(_ ids: [Int], _ tokenizer: any Tokenizer) throws -> Bool {
    guard !texts.isEmpty else { return false }
    let tail = try tokenizer.decode(Array(ids.suffix(window)), skipSpecialTokens: true)
    return texts.contains { tail.utf8.firstRange(of: $0.utf8) != nil }
  }

  /// The response up to the first stop text.
  func cut(_ response: String) -> String {
    texts.reduce(response) { text, stop in
      guard let range = text.utf8.firstRange(of: stop.utf8) else { return text }
      return String(text[..<range.lowerBound])
    }
  }
}
