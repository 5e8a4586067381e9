/// Token sequences as a tree of segments: a prefix that several share is one segment, run once.
struct SequenceTree: Sendable {
  /// A run of tokens that follows its parent's tokens.
  struct Segment: Sendable {
    /// The tokens.
    let tokens: ArraySlice<Int>
    /// Absolute position of the first token.
    let start: Int
    /// The segment before it; nil at the beginning of a sequence.
    let parent: Int?
    /// Number of segments before it.
    let depth: Int

    /// Absolute position after the last token.
    var end: Int { start + tokens.count }
  }

  /// All segments; parents stand before their children.
  private(set) var segments: [Segment] = []
  /// The last segment of each sequence.
  private(set) var leaves: [Int]

  /// The shortest prefix that is worth a segment of its own, in tokens.
  static let shortestPrefix = 8

  /// Builds the tree of sequences, none of them empty.
  ///
  /// - Parameters:
  ///   - sequences: In any order.
  ///   - shares: Whether prefixes are shared at all.
  init(_ sequences: [[Int]], shares: Bool = true) {
    leaves = Array(repeating: 0, count: sequences.count)
    guard shares else {
      for index in sequences.indices {
        leaves[index] = add(sequences[index][...], parent: nil)
      }
      return
    }
    let order = sequences.indices.sorted {
      sequences[$0].lexicographicallyPrecedes(sequences[$1])
        || (sequences[$0] == sequences[$1] && $0 < $1)
    }
    grow(order[...], sequences, from: 0, sharedLength: 0, parent: nil)
    // Back into the order of the sequences, parents first, so that batches follow the input.
    renumber()
  }

  /// The segment that holds a position of a sequence, and the token's place in it.
  func place(of position: Int, in sequence: Int) -> (segment: Int, offset: Int) {
    var index = leaves[sequence]
    while position < segments[index].start, let parent = segments[index].parent { index = parent }
    return (index, position - segments[index].start)
  }

  /// A segment and those before it, first to last.
  func chain(to segment: Int) -> [Int] {
    var chain = [segment]
    while let parent = segments[chain[chain.count - 1]].parent { chain.append(parent) }
    return chain.reversed()
  }

  private mutating func add(_ tokens: ArraySlice<Int>, parent: Int?) -> Int {
    segments.append(
      Segment(
        tokens: tokens, start: parent.map { segments[$0].end } ?? 0, parent: parent,
        depth: parent.map { segments[$0].depth + 1 } ?? 0))
    return segments.count - 1
  }

  /// Sorted sequences that share their first `sharedLength` tokens, of which `from` are covered.
  private mutating func grow(
    _ order: ArraySlice<Int>, _ sequences: [[Int]], from: Int, sharedLength: Int, parent: Int?
  ) {
    guard let first = order.first, let last = order.last else { return }
    let (low, high) = (sequences[first], sequences[last])
    var shared = sharedLength
    while shared < low.count, shared < high.count, low[shared] == high[shared] { shared += 1 }
    let isSame = shared == low.count && shared == high.count
    if order.count == 1 || isSame {
      // One sequence, or copies of it.
      let leaf = shared > from ? add(low[from...], parent: parent) : parent
      for index in order { leaves[index] = leaf ?? 0 }
      return
    }
    var (from, parent) = (from, parent)
    if shared - from >= Self.shortestPrefix {
      parent = add(low[from..<shared], parent: parent)
      from = shared
    }
    // Sequences that end here stand first; the others part by their next token.
    var start = order.startIndex
    while start < order.endIndex {
      let token = next(sequences[order[start]], shared)
      var end = start + 1
      while end < order.endIndex, next(sequences[order[end]], shared) == token { end += 1 }
      grow(
        order[start..<end], sequences, from: from,
        sharedLength: token == nil ? shared : shared + 1, parent: parent)
      start = end
    }
  }

  private func next(_ sequence: [Int], _ position: Int) -> Int? {
    position < sequence.count ? sequence[position] : nil
  }

  /// Orders segments by depth, then by the first sequence that uses them.
  private mutating func renumber() {
    var firstUse = Array(repeating: Int.max, count: segments.count)
    for (sequence, leaf) in leaves.enumerated() {
      for segment in chain(to: leaf) { firstUse[segment] = min(firstUse[segment], sequence) }
    }
    let order = segments.indices.sorted {
      (segments[$0].depth, firstUse[$0], $0) < (segments[$1].depth, firstUse[$1], $1)
    }
    var numbers = Array(repeating: 0, count: segments.count)
    for (number, old) in order.enumerated() { numbers[old] = number }
    segments = order.map { old in
      let segment = segments[old]
      return Segment(
        tokens: segment.tokens, start: segment.start, parent: segment.parent.map { numbers[$0] },
        depth: segment.depth)
    }
    leaves = leaves.map { numbers[$0] }
  }
}
