import LinearAlgebra

/// Some rows of a shard, moved together; each keeps its residue (see `RowLayout`), so that products
/// of the selection give the bits that products of the whole shard give.
struct RowSelection: Sendable {
  /// Rows of the shard, in the order they were added.
  private(set) var rows: [Int] = []
  /// Where each of them goes.
  private(set) var slots: [Int] = []
  private var used = [Int](repeating: 0, count: RowLayout.residue)

  /// Height of a block that holds the selection.
  var height: Int { RowLayout.paddedRows((slots.max() ?? -1) + 1) }

  /// Adds a row whose token has this position.
  ///
  /// - Returns: Where it goes.
  mutating func add(_ row: Int, position: Int) -> Int {
    let residue = position % RowLayout.residue
    let slot = used[residue] * RowLayout.residue + residue
    used[residue] += 1
    rows.append(row)
    slots.append(slot)
    return slot
  }

  /// Copies the selected rows, zeros between them.
  func gathered(_ buffer: RowBuffer) -> RowBuffer {
    let gathered = RowBuffer(rows: height, width: buffer.width)
    for (row, slot) in zip(rows, slots) {
      gathered.row(slot).update(from: buffer.row(row), count: buffer.width)
    }
    return gathered
  }
}
