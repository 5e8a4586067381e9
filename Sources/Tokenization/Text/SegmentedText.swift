/// A text cut into pieces, some of which are already tokens.
struct SegmentedText: Sendable {
  /// A piece: bytes of the text, and the id if an added token was found there.
  struct Segment: Sendable {
    var range: Range<Int>
    var addedToken: Int?
  }

  var text: AlignedText
  var segments: [Segment]

  /// One piece that covers the whole text; none if the text is empty.
  init(_ text: AlignedText) {
    self.text = text
    segments = text.isEmpty ? [] : [Segment(range: 0..<text.count)]
  }

  /// Cuts every piece that is no token yet; empty parts vanish.
  mutating func split(_ parts: (AlignedText, Range<Int>) throws -> [Segment]) rethrows {
    var result: [Segment] = []
    result.reserveCapacity(segments.count)
    for segment in segments {
      if segment.addedToken != nil {
        result.append(segment)
      } else {
        for part in try parts(text, segment.range) where !part.range.isEmpty {
          result.append(part)
        }
      }
    }
    segments = result
  }

  /// Rewrites every piece that is no token yet; pieces that become empty vanish.
  mutating func rewrite(
    _ body: (_ source: AlignedText, _ range: Range<Int>, _ target: inout AlignedText) throws -> Void
  ) rethrows {
    var target = AlignedText()
    target.reserveCapacity(text.count + text.count / 2)
    var result: [Segment] = []
    result.reserveCapacity(segments.count)
    for segment in segments {
      let start = target.count
      if segment.addedToken != nil {
        target.append(text, segment.range)
      } else {
        try body(text, segment.range, &target)
      }
      guard target.count > start else { continue }
      result.append(Segment(range: start..<target.count, addedToken: segment.addedToken))
    }
    text = target
    segments = result
  }
}
