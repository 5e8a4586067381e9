import LinearAlgebra

/// Sequences packed for a pass: segments laid into shards of rows, without padding between tokens.
///
/// A row's bits depend on its sequence up to its position only (see `RowLayout`): neither on the
/// other sequences, nor their order, nor the number of shards.
struct PackedBatch: Sendable {
  /// A block of rows that one thread takes through a layer.
  struct Shard: Sendable {
    /// Segments in the shard with the row of their first token.
    let segments: [(index: Int, row: Int)]
    /// Height, padding included.
    let rows: Int
  }

  /// The sequences.
  let tree: SequenceTree
  /// Shards by depth: those of a level read keys and values of the levels before.
  let levels: [[Shard]]
  /// Level, shard and first row of each segment.
  let places: [(level: Int, shard: Int, row: Int)]
  /// Whether keys and values of a segment are read by others.
  let hasChildren: [Bool]
  /// Number of tokens that are run.
  let tokenCount: Int

  /// Rows of a shard at most, if its segments allow it.
  private static let largestShard = 1024
  /// Rows below which a shard is not worth a thread.
  private static let smallestShard = 240

  init(_ tree: SequenceTree, threads: Int) {
    self.tree = tree
    let segments = tree.segments
    tokenCount = segments.reduce(0) { $0 + $1.tokens.count }
    var hasChildren = Array(repeating: false, count: segments.count)
    for segment in segments { if let parent = segment.parent { hasChildren[parent] = true } }
    self.hasChildren = hasChildren
    let depth = (segments.map(\.depth).max() ?? -1) + 1
    var places = Array(repeating: (level: 0, shard: 0, row: 0), count: segments.count)
    levels = (0..<depth).map { level in
      let members = segments.indices.filter { segments[$0].depth == level }
      let shards = Self.shards(of: members, segments, threads: threads)
      for (number, shard) in shards.enumerated() {
        for (index, row) in shard.segments { places[index] = (level, number, row) }
      }
      return shards
    }
    self.places = places
  }

  private static func shards(
    of members: [Int], _ segments: [SequenceTree.Segment], threads: Int
  ) -> [Shard] {
    let total = members.reduce(0) { $0 + segments[$1].tokens.count }
    let target = min(largestShard, max(smallestShard, (total + 2 * threads - 1) / (2 * threads)))
    var shards: [Shard] = []
    var current: [(index: Int, row: Int)] = []
    var used = 0
    for index in members {
      let segment = segments[index]
      var row = RowLayout.firstRow(atOrAfter: used, position: segment.start)
      if used > 0, row + segment.tokens.count > target {
        shards.append(Shard(segments: current, rows: RowLayout.paddedRows(used)))
        current = []
        row = RowLayout.firstRow(atOrAfter: 0, position: segment.start)
      }
      current.append((index, row))
      used = row + segment.tokens.count
    }
    if !current.isEmpty {
      shards.append(Shard(segments: current, rows: RowLayout.paddedRows(used)))
    }
    return shards
  }

  /// The row of a sequence's token.
  func place(of position: Int, in sequence: Int) -> (level: Int, shard: Int, row: Int) {
    let (segment, offset) = tree.place(of: position, in: sequence)
    let place = places[segment]
    return (place.level, place.shard, place.row + offset)
  }
}
