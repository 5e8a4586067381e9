import JSON

/// Cuts normalised text into the pieces that the model sees one by one.
indirect enum PreTokenizer: Sendable {
  case byteLevel(addsPrefixSpace: Bool, usesPattern: Bool)
  case metaspace(Metaspace)
  case split(TextPattern, SplitBehavior, inverted: Bool)
  case fixedLength(Int)
  case sequence([PreTokenizer])

  init(_ node: ComponentNode) throws {
    let type = try node.type()
    switch type {
    case "ByteLevel":
      self = .byteLevel(
        addsPrefixSpace: try node.bool("add_prefix_space", default: true),
        usesPattern: try node.bool("use_regex", default: true))
    case "Metaspace":
      self = .metaspace(try Metaspace(node))
    case "Split":
      self = .split(
        try node.pattern(), try Self.behavior(node.member("behavior")),
        inverted: try node.bool("invert", default: false))
    case "Digits":
      let single = try node.bool("individual_digits", default: false)
      self = .split(
        .scalar { $0.isNumeric }, single ? .isolated : .contiguous, inverted: false)
    case "Punctuation":
      let behavior = try node.optional("behavior").map(Self.behavior) ?? .isolated
      self = .split(.scalar { $0.isPunctuation }, behavior, inverted: false)
    case "WhitespaceSplit":
      self = .split(.scalar { $0.isSpace }, .removed, inverted: false)
    case "Whitespace":
      self = .sequence([
        .split(.scalar { $0.isSpace }, .removed, inverted: false),
        .split(.scalar { $0.isWord }, .contiguous, inverted: false),
      ])
    case "BertPreTokenizer":
      self = .sequence([
        .split(.scalar { $0.isSpace }, .removed, inverted: false),
        .split(.scalar { $0.isPunctuation }, .isolated, inverted: false),
      ])
    case "CharDelimiterSplit":
      let delimiter = try node.member("delimiter").scalar()
      self = .split(.scalar { $0 == delimiter }, .removed, inverted: false)
    case "FixedLength":
      let length = try node.optional("length")?.index() ?? 5
      guard length > 0 else { throw try node.member("length").invalid("a positive length") }
      self = .fixedLength(length)
    case "Sequence":
      self = .sequence(try node.member("pretokenizers").elements().map(PreTokenizer.init))
    default:
      throw node.unknown("pre-tokenizer", type)
    }
  }

  private static func behavior(_ node: ComponentNode) throws -> SplitBehavior {
    guard let behavior = SplitBehavior(rawValue: try node.string()) else {
      throw node.invalid(
        "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
    }
    return behavior
  }

  func apply(to text: inout SegmentedText) throws {
    switch self {
    case .byteLevel(let addsPrefixSpace, let usesPattern):
      if addsPrefixSpace { Self.prependSpace(to: &text) }
      if usesPattern {
        let pattern = TextPattern.expression(try GPT2Pattern.shared.get())
        try text.split {
          try SplitBehavior.isolated.pieces(of: $0, $1, at: pattern, inverted: false)
        }
      }
      text.rewrite { ByteAlphabet.append($0, $1, to: &$2) }
    case .metaspace(let metaspace):
      try metaspace.apply(to: &text)
    case .split(let pattern, let behavior, let inverted):
      try text.split { try behavior.pieces(of: $0, $1, at: pattern, inverted: inverted) }
    case .fixedLength(let length):
      text.split { Self.chunks(of: $0, $1, length: length) }
    case .sequence(let steps):
      for step in steps { try step.apply(to: &text) }
    }
  }

  private static func prependSpace(to text: inout SegmentedText) {
    text.rewrite { source, range, target in
      if source.bytes[range.lowerBound] != 0x20 {
        target.append([0x20], from: source.origins[range.lowerBound])
      }
      target.append(source, range)
    }
  }

  private static func chunks(
    of text: AlignedText, _ range: Range<Int>, length: Int
  ) -> [SegmentedText.Segment] {
    var segments: [SegmentedText.Segment] = []
    var start = range.lowerBound
    var size = 0
    for (_, place) in text.scalars(in: range) {
      if size == length {
        segments.append(SegmentedText.Segment(range: start..<place.lowerBound))
        start = place.lowerBound
        size = 0
      }
      size += 1
    }
    segments.append(SegmentedText.Segment(range: start..<range.upperBound))
    return segments
  }
}

/// The pattern that `ByteLevel` applies when it says `use_regex`.
private enum GPT2Pattern {
  static let shared = Result {
    try RegularExpression(
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
      path: "pre_tokenizer")
  }
}
