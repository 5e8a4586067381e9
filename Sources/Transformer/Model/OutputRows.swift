import Architecture
import LinearAlgebra

/// The tokens of a batch whose predictions are wanted, gathered for the unembedding.
struct OutputRows: Sendable {
  /// A row of the batch, and where it stands among the selected rows of its shard.
  private struct Place: Sendable {
    let level: Int
    let shard: Int
    let row: Int
    let slot: Int
  }

  /// Places in the batch, each once.
  private let places: [Place]
  /// All places as rows of one block.
  private let block: RowSelection
  /// The wanted rows of each shard, by level: what the last block has to compute.
  let selections: [[RowSelection]]
  /// Height of the gathered block.
  let rows: Int
  /// The gathered row of every wanted token, in the order asked.
  let indices: [Int]

  /// Logits that are in memory at once on each thread: 64 MB.
  private static let chunkLogits = 1 << 24

  /// Selects tokens of a batch.
  ///
  /// - Parameters:
  ///   - wanted: Sequence and position of each token; repetitions share a row.
  ///   - batch: The batch.
  init(_ wanted: [(sequence: Int, position: Int)], of batch: PackedBatch) {
    struct Key: Hashable { let level, shard, row: Int }
    var numbers: [Key: Int] = [:]
    var places: [Place] = []
    var block = RowSelection()
    var selections = batch.levels.map { $0.map { _ in RowSelection() } }
    let numbered = wanted.map { token -> Int in
      let (level, shard, row) = batch.place(of: token.position, in: token.sequence)
      let key = Key(level: level, shard: shard, row: row)
      if let number = numbers[key] { return number }
      let slot = selections[level][shard].add(row, position: token.position)
      _ = block.add(row, position: token.position)
      numbers[key] = places.count
      places.append(Place(level: level, shard: shard, row: row, slot: slot))
      return places.count - 1
    }
    self.places = places
    self.block = block
    self.selections = selections
    rows = block.height
    indices = numbered.map { block.slots[$0] }
  }

  /// Copies the wanted rows out of the residual streams.
  func gathered(_ streams: ResidualStreams, width: Int) -> RowBuffer {
    let gathered = RowBuffer(rows: rows, width: width)
    for (place, slot) in zip(places, block.slots) {
      let buffer = streams.levels[place.level][place.shard]
      gathered.row(slot).update(
        from: buffer.row(streams.isSelected ? place.slot : place.row), count: width)
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
