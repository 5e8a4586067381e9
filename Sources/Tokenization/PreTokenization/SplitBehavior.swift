/// What becomes of the matches of a split.
enum SplitBehavior: String {
  /// Matches are dropped.
  case removed = "Removed"
  /// Each match is a piece.
  case isolated = "Isolated"
  /// A match ends the piece before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// A match begins the piece after it.
  case mergedWithNext = "MergedWithNext"
  /// Matches that touch are one piece.
  case contiguous = "Contiguous"

  /// Cuts a range at the matches of a pattern; with `inverted`, at what lies between them.
  func pieces(
    of text: AlignedText, _ range: Range<Int>, at pattern: TextPattern, inverted: Bool
  ) throws -> [SegmentedText.Segment] {
    var parts: [Part] = []
    var position = range.lowerBound
    try pattern.forEachMatch(in: text, range) { match in
      if position < match.lowerBound {
        parts.append(Part(range: position..<match.lowerBound, isMatch: inverted))
      }
      parts.append(Part(range: match, isMatch: !inverted))
      position = match.upperBound
    }
    if position < range.upperBound {
      parts.append(Part(range: position..<range.upperBound, isMatch: inverted))
    }
    return merge(parts)
  }

  private struct Part {
    var range: Range<Int>
    var isMatch: Bool
  }

  private func merge(_ parts: [Part]) -> [SegmentedText.Segment] {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(parts.count)
    var previousIsMatch = false
    switch self {
    case .removed:
      for part in parts where !part.isMatch { ranges.append(part.range) }
    case .isolated:
      for part in parts { ranges.append(part.range) }
    case .contiguous, .mergedWithPrevious:
      for part in parts {
        let joins =
          self == .contiguous
          ? part.isMatch == previousIsMatch : part.isMatch && !previousIsMatch
        if joins, let last = ranges.popLast() {
          ranges.append(last.lowerBound..<part.range.upperBound)
        } else {
          ranges.append(part.range)
        }
        previousIsMatch = part.isMatch
      }
    case .mergedWithNext:
      for part in parts.reversed() {
        if part.isMatch && !previousIsMatch, let last = ranges.popLast() {
          ranges.append(part.range.lowerBound..<last.upperBound)
        } else {
          ranges.append(part.range)
        }
        previousIsMatch = part.isMatch
      }
      ranges.reverse()
    }
    return ranges.map { SegmentedText.Segment(range: $0) }
  }
}
