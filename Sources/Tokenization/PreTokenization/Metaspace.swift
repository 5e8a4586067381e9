import JSON

/// SentencePiece's way with spaces: each becomes a visible sign, and one is put before the text.
struct Metaspace: Sendable {
  /// Where the sign is prepended.
  enum PrependScheme: String {
    case first, always, never
  }

  let replacement: [UInt8]
  let prependScheme: PrependScheme
  let splits: Bool

  init(_ node: ComponentNode) throws {
    replacement = Array(String(try node.member("replacement").scalar()).utf8)
    let addsPrefix = try node.bool("add_prefix_space", default: true)
    if let scheme = node.optional("prepend_scheme") {
      guard let known = PrependScheme(rawValue: try scheme.string()) else {
        throw scheme.invalid("first, always or never")
      }
      prependScheme = known
    } else {
      prependScheme = addsPrefix ? .always : .never
    }
    splits = try node.bool("split", default: true)
  }

  func apply(to text: inout SegmentedText) throws {
    let space = TextPattern.literal([0x20])
    try text.rewrite { source, range, target in
      var replaced = AlignedText()
      try space.replace(in: source, range, with: replacement, into: &replaced)
      if !replaced.isEmpty, prepends(to: replaced) {
        target.append(replacement, from: replaced.origins[0])
      }
      target.append(replaced)
    }
    guard splits else { return }
    try text.split { text, range in
      try SplitBehavior.mergedWithNext.pieces(
        of: text, range, at: .literal(replacement), inverted: false)
    }
  }

  private func prepends(to piece: AlignedText) -> Bool {
    guard !piece.bytes.starts(with: replacement) else { return false }
    return switch prependScheme {
    case .always: true
    case .first: piece.origins[0].start == 0
    case .never: false
    }
  }
}
