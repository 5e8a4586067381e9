import JSON

/// What happens to the tokens after the model: offsets trimmed, special tokens put around them.
indirect enum PostProcessor: Sendable {
  /// Leaves white space out of the offsets.
  case trimmedOffsets(addsPrefixSpace: Bool)
  /// Leaves everything as it is.
  case identity
  case template(TokenTemplate)
  case sequence([PostProcessor])

  init(_ node: ComponentNode) throws {
    let type = try node.type()
    switch type {
    case "ByteLevel":
      self = try Self.trimming(node)
    case "TemplateProcessing":
      self = .template(try TokenTemplate(node))
    case "RobertaProcessing":
      self = .sequence([try Self.trimming(node), .template(try TokenTemplate(enclosing: node))])
    case "BertProcessing":
      self = .template(try TokenTemplate(enclosing: node))
    case "Sequence":
      self = .sequence(try node.member("processors").elements().map(PostProcessor.init))
    default:
      throw node.unknown("post-processor", type)
    }
  }

  private static func trimming(_ node: ComponentNode) throws -> PostProcessor {
    guard try node.bool("trim_offsets", default: true) else { return .identity }
    return .trimmedOffsets(addsPrefixSpace: try node.bool("add_prefix_space", default: true))
  }

  func apply(to encoding: inout Encoding, addSpecialTokens: Bool) {
    switch self {
    case .identity: break
    case .trimmedOffsets(let addsPrefixSpace):
      Self.trim(&encoding, addsPrefixSpace: addsPrefixSpace)
    case .template(let template):
      if addSpecialTokens { encoding = template.filled(with: encoding) }
    case .sequence(let steps):
      for step in steps { step.apply(to: &encoding, addSpecialTokens: addSpecialTokens) }
    }
  }

  /// Moves offsets past the white space that a token's text begins and ends with.
  private static func trim(_ encoding: inout Encoding, addsPrefixSpace: Bool) {
    for index in encoding.ids.indices {
      let token = encoding.tokens[index].unicodeScalars
      var leading = token.prefix(while: isSpace).count
      let trailing = token.reversed().prefix(while: isSpace).count
      guard leading > 0 || trailing > 0 else { continue }
      var start = encoding.offsets[index].lowerBound
      var end = encoding.offsets[index].upperBound
      if leading > 0 {
        // A single space at the start of the text may be one that was put there.
        if addsPrefixSpace, leading == 1, index == 0 || start == 0 { leading = 0 }
        start = min(start + leading, end)
      }
      if trailing > 0, end >= trailing { end = max(end - trailing, start) }
      encoding.offsets[index] = start..<end
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    // U+0120 is the space of the byte-level alphabet.
    scalar.value == 0x120 || scalar.isSpace
  }
}
