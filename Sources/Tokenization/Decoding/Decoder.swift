import JSON

/// Turns the texts of tokens back into the text they stand for.
indirect enum Decoder: Sendable {
  case byteLevel
  case byteFallback
  case fuse
  case metaspace(replacement: Unicode.Scalar, dropsFirst: Bool)
  case replace(TextPattern, with: [UInt8])
  case strip(Unicode.Scalar, start: Int, stop: Int)
  /// Byte-pair encoding with a suffix that ends words.
  case wordSuffix([UInt8])
  case sequence([Decoder])

  init(_ node: ComponentNode) throws {
    let type = try node.type()
    switch type {
    case "ByteLevel": self = .byteLevel
    case "ByteFallback": self = .byteFallback
    case "Fuse": self = .fuse
    case "Metaspace":
      let metaspace = try Metaspace(node)
      self = .metaspace(
        replacement: try node.member("replacement").scalar(),
        dropsFirst: metaspace.prependScheme != .never)
    case "Replace":
      self = .replace(try node.pattern(), with: try node.member("content").text().bytes)
    case "Strip":
      self = .strip(
        try node.member("content").scalar(), start: try node.member("start").index(),
        stop: try node.member("stop").index())
    case "BPEDecoder":
      self = .wordSuffix(try node.optional("suffix")?.text().bytes ?? Array("</w>".utf8))
    case "Sequence":
      self = .sequence(try node.member("decoders").elements().map(Decoder.init))
    default:
      throw node.unknown("decoder", type)
    }
  }

  /// One step: tokens in, tokens out; the caller joins what the last step leaves.
  func apply(_ tokens: [[UInt8]]) throws -> [[UInt8]] {
    switch self {
    case .byteLevel:
      return [Self.repaired(tokens.flatMap(Self.bytes))]
    case .byteFallback:
      return Self.joiningBytes(tokens)
    case .fuse:
      return [tokens.flatMap { $0 }]
    case .metaspace(let replacement, let dropsFirst):
      return tokens.enumerated().map { index, token in
        Self.spaced(token, replacement, drops: dropsFirst && index == 0)
      }
    case .replace(let pattern, let content):
      return try tokens.map { try Self.replacing(pattern, in: $0, with: content) }
    case .strip(let scalar, let start, let stop):
      return tokens.map { Self.stripped($0, of: scalar, start: start, stop: stop) }
    case .wordSuffix(let suffix):
      let space = Array(" ".utf8)
      return try tokens.enumerated().map { index, token in
        try Self.replacing(
          .literal(suffix), in: token, with: index == tokens.count - 1 ? [] : space)
      }
    case .sequence(let steps):
      return try steps.reduce(tokens) { try $1.apply($0) }
    }
  }

  /// The bytes that a token of the byte-level alphabet stands for; other tokens stand for
  /// themselves.
  private static func bytes(of token: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.count)
    for (scalar, _) in UTF8Scalars(bytes: token, range: 0..<token.count) {
      guard let byte = ByteAlphabet.byte(of: scalar) else { return token }
      bytes.append(byte)
    }
    return bytes
  }

  /// Invalid UTF-8 becomes U+FFFD.
  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// Runs of byte tokens become the text they spell, or one U+FFFD a byte.
  private static func joiningBytes(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      if String(validating: run, as: UTF8.self) != nil {
        result.append(run)
      } else {
        result += run.map { _ in Array("\u{FFFD}".utf8) }
      }
      run = []
    }
    for token in tokens {
      if let byte = ByteFallback.byte(of: token) {
        run.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  private static func spaced(
    _ token: [UInt8], _ replacement: Unicode.Scalar, drops: Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    for (scalar, range) in UTF8Scalars(bytes: token, range: 0..<token.count) {
      if scalar != replacement {
        result += token[range]
      } else if !drops {
        result.append(0x20)
      }
    }
    return result
  }

  private static func replacing(
    _ pattern: TextPattern, in token: [UInt8], with content: [UInt8]
  ) throws -> [UInt8] {
    let source = try AlignedText(String(decoding: token, as: UTF8.self))
    var target = AlignedText()
    try pattern.replace(in: source, 0..<source.count, with: content, into: &target)
    return target.bytes
  }

  private static func stripped(
    _ token: [UInt8], of scalar: Unicode.Scalar, start: Int, stop: Int
  ) -> [UInt8] {
    let scalars = UTF8Scalars(bytes: token, range: 0..<token.count).map(\.scalar)
    let leading = scalars.prefix(start).prefix { $0 == scalar }.count
    let rest = scalars[leading...]
    let trailing = rest.suffix(stop).reversed().prefix { $0 == scalar }.count
    return rest.dropLast(trailing).flatMap { Array(String($0).utf8) }
  }
}
