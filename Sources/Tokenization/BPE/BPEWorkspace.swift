/// Memory that encoding reuses: the symbols of a piece, the queue of merges, and recent pieces.
struct BPEWorkspace: Sendable {
  /// A token and how many bytes of the piece it covers.
  struct Token: Sendable {
    var id: UInt32
    var length: UInt32
  }

  private struct Symbol: Sendable {
    var id: UInt32
    /// Bytes of the piece; 0 once merged into the symbol before.
    var length: UInt32
    var previous: Int32
    var next: Int32
  }

  private var symbols: [Symbol] = []
  /// A binary heap of rank and place, packed so that the least comes first.
  private var queue: [UInt64] = []
  private var memo = PieceMemo()

  mutating func append(_ token: Token) {
    let index = Int32(symbols.count)
    symbols.append(Symbol(id: token.id, length: token.length, previous: index - 1, next: index + 1))
  }

  /// Tokens of a piece seen before, appended to `tokens`; false if it is new.
  func recall(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [Token]) -> Bool {
    memo.recall(piece, into: &tokens)
  }

  mutating func remember(_ piece: UnsafeBufferPointer<UInt8>, _ tokens: ArraySlice<Token>) {
    memo.remember(piece, tokens)
  }

  /// Merges the appended symbols, lowest rank first and leftmost among equals, in n log n, moves
  /// the result to `tokens` and forgets the symbols.
  mutating func merge(with merges: MergeTable, into tokens: inout [Token]) {
    if let last = symbols.indices.last { symbols[last].next = -1 }
    for index in symbols.indices.dropLast() { enqueue(index, merges) }
    while let entry = popQueue() {
      let index = Int(entry & 0xFFFF_FFFF)
      let next = Int(symbols[index].next)
      // An entry is stale once either side has become part of something else.
      guard symbols[index].length > 0, next >= 0,
        let merge = merges[symbols[index].id, symbols[next].id],
        UInt64(merge.rank) == entry >> 32
      else { continue }
      symbols[index].id = merge.id
      symbols[index].length += symbols[next].length
      symbols[index].next = symbols[next].next
      symbols[next].length = 0
      if symbols[index].next >= 0 {
        symbols[Int(symbols[index].next)].previous = Int32(index)
        enqueue(index, merges)
      }
      if symbols[index].previous >= 0 { enqueue(Int(symbols[index].previous), merges) }
    }
    for symbol in symbols where symbol.length > 0 {
      tokens.append(Token(id: symbol.id, length: symbol.length))
    }
    symbols.removeAll(keepingCapacity: symbols.count < 1 << 16)
    queue.removeAll(keepingCapacity: queue.count < 1 << 16)
  }

  private mutating func enqueue(_ index: Int, _ merges: MergeTable) {
    let next = Int(symbols[index].next)
    guard let merge = merges[symbols[index].id, symbols[next].id] else { return }
    queue.append(UInt64(merge.rank) << 32 | UInt64(index))
    var child = queue.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard queue[child] < queue[parent] else { return }
      queue.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popQueue() -> UInt64? {
    guard let least = queue.first, let last = queue.popLast() else { return nil }
    guard !queue.isEmpty else { return least }
    queue[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < queue.count else { return least }
      if child + 1 < queue.count, queue[child + 1] < queue[child] { child += 1 }
      guard queue[child] < queue[parent] else { return least }
      queue.swapAt(child, parent)
      parent = child
    }
  }
}

/// Tokens of recent short pieces; emptied when full.
private struct PieceMemo: Sendable {
  private static let longestPiece = 64
  private static let capacity = 1 << 14

  private var pieces = ByteTable(capacity: 1 << 10)
  private var tokens: [BPEWorkspace.Token] = []
  private var ends: [Int] = []

  func recall(
    _ piece: UnsafeBufferPointer<UInt8>, into target: inout [BPEWorkspace.Token]
  ) -> Bool {
    guard piece.count <= Self.longestPiece, let index = pieces.find(piece) else { return false }
    target.append(contentsOf: tokens[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
    return true
  }

  mutating func remember(
    _ piece: UnsafeBufferPointer<UInt8>, _ new: ArraySlice<BPEWorkspace.Token>
  ) {
    guard piece.count <= Self.longestPiece else { return }
    if pieces.count == Self.capacity { self = PieceMemo() }
    guard pieces.insert(piece).isNew else { return }
    tokens.append(contentsOf: new)
    ends.append(tokens.count)
  }
}
