import JSON

/// Rewrites text before it is cut.
indirect enum Normalizer: Sendable {
  case unicode(UnicodeNormalization)
  case lowercase
  case strip(left: Bool, right: Bool)
  case stripAccents
  case prepend([UInt8])
  case replace(TextPattern, with: [UInt8])
  case byteLevel
  case nmt
  case sequence([Normalizer])

  init(_ node: ComponentNode) throws {
    let type = try node.type()
    if let form = UnicodeNormalization(rawValue: type) {
      self = .unicode(form)
      return
    }
    switch type {
    case "Lowercase": self = .lowercase
    case "Strip":
      self = .strip(
        left: try node.bool("strip_left", default: true),
        right: try node.bool("strip_right", default: true))
    case "StripAccents": self = .stripAccents
    case "Prepend": self = .prepend(try node.member("prepend").text().bytes)
    case "Replace":
      self = .replace(try node.pattern(), with: try node.member("content").text().bytes)
    case "ByteLevel": self = .byteLevel
    case "Nmt": self = .nmt
    case "Sequence":
      self = .sequence(try node.member("normalizers").elements().map(Normalizer.init))
    default: throw node.unknown("normalizer", type)
    }
  }

  func apply(_ text: AlignedText) throws -> AlignedText {
    var result = AlignedText()
    switch self {
    case .unicode(let form):
      return form.apply(text)
    case .lowercase:
      for (scalar, range) in text.scalars {
        result.append(scalar.properties.lowercaseMapping.utf8, from: text.origins[range.lowerBound])
      }
    case .strip(let left, let right):
      result.append(text, Self.stripped(text, left: left, right: right))
    case .stripAccents:
      for (scalar, range) in text.scalars where !scalar.isAccent { result.append(text, range) }
    case .prepend(let prefix):
      if let first = text.origins.first { result.append(prefix, from: first) }
      result.append(text)
    case .replace(let pattern, let content):
      try pattern.replace(in: text, 0..<text.count, with: content, into: &result)
    case .byteLevel:
      ByteAlphabet.append(text, 0..<text.count, to: &result)
    case .nmt:
      for (scalar, range) in text.scalars {
        switch Self.nmtReplacement(scalar) {
        case .drop: break
        case .space: result.append([0x20], from: text.origins[range.lowerBound])
        case .keep: result.append(text, range)
        }
      }
    case .sequence(let steps):
      return try steps.reduce(text) { try $1.apply($0) }
    }
    return result
  }

  private static func stripped(_ text: AlignedText, left: Bool, right: Bool) -> Range<Int> {
    var start: Int?
    var end = 0
    for (scalar, range) in text.scalars where !scalar.isSpace {
      start = start ?? range.lowerBound
      end = range.upperBound
    }
    guard let start else { return left || right ? 0..<0 : 0..<text.count }
    return (left ? start : 0)..<(right ? end : text.count)
  }

  private enum NmtAction {
    case drop, space, keep
  }

  /// The cleaning that SentencePiece calls `nmt`: control characters go, odd spaces become spaces.
  private static func nmtReplacement(_ scalar: Unicode.Scalar) -> NmtAction {
    switch scalar.value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: .drop
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      .space
    default: .keep
    }
  }
}
