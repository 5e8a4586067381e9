import Architecture
import LinearAlgebra

/// The tokens of a batch whose predictions are wanted, gathered for the unembedding.
struct OutputRows: Sendable {
  /// Places in the batch, each once.
  private let places: [(level: Int, shard: Int, row: Int)]
  /// The gathered row of each place.
  private let slots: [Int]
  /// Rows of the gathered block.
  let rows: Int
  /// The gathered row of every wanted token, in the order asked.
  let indices: [Int]

  /// Logits that are in memory at once on each thread: 64 MB.
  private static let chunkLogits = 1 << 24

  /// - Parameter wanted: Sequence and position of each token; repetitions share a row.
  init(_ wanted: [(sequence: Int, position: Int)], of batch: PackedBatch) {
    struct Place: Hashable { let level, shard, row: Int }
    var numbers: [Place: Int] = [:]
    var places: [(level: Int, shard: Int, row: Int)] = []
    var positions: [Int] = []
    let numbered = wanted.map { token -> Int in
      let found = batch.place(of: token.position, in: token.sequence)
      let place = Place(level: found.level, shard: found.shard, row: found.row)
      if let number = numbers[place] { return number }
      numbers[place] = places.count
      places.append(found)
      positions.append(token.position)
      return places.count - 1
    }
    // Each row keeps its residue, so that its bits are the same in every batch.
    var next = Array(repeating: 0, count: RowLayout.residue)
    let slots = positions.map { position -> Int in
      let residue = position % RowLayout.residue
      defer { next[residue] += 1 }
      return next[residue] * RowLayout.residue + residue
    }
    self.places = places
    self.slots = slots
    rows = RowLayout.paddedRows((slots.max() ?? -1) + 1)
    indices = numbered.map { slots[$0] }
  }

  /// Copies the wanted rows out of the residual streams.
  func gathered(_ streams: ResidualStreams, width: Int) -> RowBuffer {
    let gathered = RowBuffer(rows: rows, width: width)
    for (place, slot) in zip(places, slots) {
      gathered.row(slot).update(
        from: streams.levels[place.level][place.shard].row(place.row), count: width)
    }
    return gathered
  }

  /// Ranges of gathered rows for the unembedding, each at least `RowLayout.minimumRows` high.
  ///
  /// A chunk packs the unembedding anew: chunks are as high as memory and an even load allow.
  func chunks(vocabulary: Int, threads: Int) -> [Range<Int>] {
    let quantum = RowLayout.quantum
    let share = (rows + threads - 1) / threads
    let most = max(2 * RowLayout.minimumRows, Self.chunkLogits / max(1, vocabulary))
    let height = (min(share, most) + quantum - 1) / quantum * quantum
    var chunks: [Range<Int>] = []
    var start = 0
    while start < rows {
      var end = min(start + max(height, RowLayout.minimumRows), rows)
      if rows - end < RowLayout.minimumRows { end = rows }
      chunks.append(start..<end)
      start = end
    }
    return chunks
  }
}
