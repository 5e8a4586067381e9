import JSON

/// The tokens of `added_tokens`, and how a text is cut at them.
struct AddedVocabulary: Sendable {
  private let tokens: [AddedToken]
  private let indexOfID: [Int: Int]
  private let indexOfContent: [[UInt8]: Int]
  /// Tokens looked for in the text as given.
  private var raw = TokenTrie()
  /// Tokens looked for after normalising, normalised themselves.
  private var normalized = TokenTrie()

  /// - Throws: ``TokenizerError`` if a token contradicts the vocabulary or another token.
  init(_ nodes: [ComponentNode], vocabulary: Vocabulary, normalizer: Normalizer?) throws {
    var tokens: [AddedToken] = []
    var indexOfID: [Int: Int] = [:]
    var indexOfContent: [[UInt8]: Int] = [:]
    for node in nodes {
      let token = try AddedToken(node)
      guard !token.content.isEmpty else { continue }
      if let id = vocabulary.id(of: token.content), Int(id) != token.id {
        throw try node.member("id").invalid("\(id), its id in the vocabulary")
      }
      guard indexOfID.updateValue(tokens.count, forKey: token.id) == nil,
        indexOfContent.updateValue(tokens.count, forKey: token.content) == nil
      else { throw node.invalid("a token whose id and content are its own") }
      tokens.append(token)
    }
    self.tokens = tokens
    self.indexOfID = indexOfID
    self.indexOfContent = indexOfContent
    // Of tokens that become equal by normalising, special ones go first.
    let order =
      tokens.indices.filter { tokens[$0].isSpecial }
      + tokens.indices.filter { !tokens[$0].isSpecial }
    for index in order {
      let token = tokens[index]
      if token.isNormalized {
        let content = try AlignedText(String(decoding: token.content, as: UTF8.self))
        normalized.insert(try normalizer?.apply(content).bytes ?? content.bytes, value: index)
      } else {
        raw.insert(token.content, value: index)
      }
    }
  }

  /// Largest id + 1.
  var size: Int { (tokens.map(\.id).max() ?? -1) + 1 }

  func token(of id: Int) -> AddedToken? { indexOfID[id].map { tokens[$0] } }

  func id(of content: [UInt8]) -> Int? { indexOfContent[content].map { tokens[$0].id } }

  /// Cuts a text at the added tokens and normalises what lies between them.
  func segment(_ text: AlignedText, normalizer: Normalizer?) throws -> SegmentedText {
    var segmented = SegmentedText(text)
    if !raw.isEmpty { segmented.split { cut($0, $1, at: raw) } }
    if let normalizer {
      if segmented.segments.count == 1, segmented.segments[0].addedToken == nil {
        segmented = SegmentedText(try normalizer.apply(text))
      } else {
        try segmented.rewrite { $2.append(try normalizer.apply($0.slice($1))) }
      }
    }
    if !normalized.isEmpty { segmented.split { cut($0, $1, at: normalized) } }
    return segmented
  }

  private func cut(
    _ text: AlignedText, _ range: Range<Int>, at trie: TokenTrie
  ) -> [SegmentedText.Segment] {
    var segments: [SegmentedText.Segment] = []
    var position = range.lowerBound
    var search = range.lowerBound
    while let match = trie.firstMatch(in: text.bytes, search..<range.upperBound) {
      search = match.range.upperBound
      let token = tokens[match.value]
      if token.isSingleWord, !Self.standsAlone(match.range, in: text, range) { continue }
      var start = match.range.lowerBound
      var end = match.range.upperBound
      if token.stripsLeft { start = max(Self.spaceStart(before: start, in: text, range), position) }
      if token.stripsRight { end = Self.spaceEnd(after: end, in: text, range) }
      if position < start { segments.append(SegmentedText.Segment(range: position..<start)) }
      segments.append(SegmentedText.Segment(range: start..<end, addedToken: token.id))
      position = end
    }
    if position < range.upperBound {
      segments.append(SegmentedText.Segment(range: position..<range.upperBound))
    }
    return segments
  }

  private static func standsAlone(
    _ match: Range<Int>, in text: AlignedText, _ range: Range<Int>
  ) -> Bool {
    let before = text.scalar(endingAt: match.lowerBound, after: range.lowerBound)
    var after = text.scalars(in: match.upperBound..<range.upperBound)
    return before?.scalar.isWord != true && after.next()?.scalar.isWord != true
  }

  private static func spaceStart(
    before end: Int, in text: AlignedText, _ range: Range<Int>
  ) -> Int {
    var start = end
    while let last = text.scalar(endingAt: start, after: range.lowerBound), last.scalar.isSpace {
      start = last.start
    }
    return start
  }

  private static func spaceEnd(after start: Int, in text: AlignedText, _ range: Range<Int>) -> Int {
    var end = start
    for (scalar, place) in text.scalars(in: start..<range.upperBound) {
      guard scalar.isSpace else { break }
      end = place.upperBound
    }
    return end
  }
}
