/// What a `Split` or `Replace` looks for.
enum TextPattern: Sendable {
  /// These bytes.
  case literal([UInt8])
  /// What a regular expression matches.
  case expression(RegularExpression)
  /// Each single character of a class.
  case scalar(@Sendable (Unicode.Scalar) -> Bool)

  /// Calls `body` with every match in a range, from left to right.
  func forEachMatch(
    in text: AlignedText, _ range: Range<Int>, _ body: (Range<Int>) -> Void
  ) throws {
    switch self {
    case .literal(let needle):
      guard let first = needle.first else { return }
      let bytes = text.bytes
      var position = range.lowerBound
      while position + needle.count <= range.upperBound {
        if bytes[position] == first, text.starts(with: needle, in: position..<range.upperBound) {
          body(position..<position + needle.count)
          position += needle.count
        } else {
          position += 1
        }
      }
    case .expression(let expression):
      try expression.forEachMatch(in: text.bytes, range, body)
    case .scalar(let contains):
      for (scalar, place) in text.scalars(in: range) where contains(scalar) { body(place) }
    }
  }

  /// Appends a range to `target` with every match replaced; replacements take the origin of the
  /// last byte they replace.
  func replace(
    in text: AlignedText, _ range: Range<Int>, with content: [UInt8],
    into target: inout AlignedText
  ) throws {
    var position = range.lowerBound
    try forEachMatch(in: text, range) { match in
      target.append(text, position..<match.lowerBound)
      let origin = text.origins[max(match.upperBound - 1, range.lowerBound)]
      target.append(content, from: origin)
      position = match.upperBound
    }
    target.append(text, position..<range.upperBound)
  }
}
