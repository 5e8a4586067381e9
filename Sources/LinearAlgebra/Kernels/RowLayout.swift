/// How rows of activations are laid out so that their bits depend on nothing but themselves.
///
/// OpenBLAS computes a row of a product with the same bits whatever the other rows hold. On AVX2
/// kernels (Haswell, Zen) the bits depend on the row's index modulo 12, and products of fewer than
/// 24 rows may take another path. So blocks of rows are padded to a multiple of 12, at least 48
/// rows, and where the kernel asks for it a token's row index is congruent to its absolute position
/// modulo 12. Measured on the kernels Cooperlake, SkylakeX, Haswell, Zen, Sandybridge and Nehalem
/// of OpenBLAS 0.3.21: heights of 24 to 1200 rows give equal bits, except in products small enough
/// for a path of their own, which ``Kernel/linear(_:rows:inputs:weight:outputs:to:)`` always runs 48
/// rows high.
package enum RowLayout {
  /// Rows of a block come in multiples of this.
  package static let quantum = 12
  /// The least height of a block.
  package static let minimumRows = 48

  /// What row index and position must be congruent by; 1 where the kernel does not care.
  package static let residue: Int =
    ["Cooperlake", "SkylakeX", "Sandybridge", "Sapphirerapids"].contains(BLASThreading.coreName)
    ? 1 : quantum

  /// The height of a block that holds so many rows.
  package static func paddedRows(_ rows: Int) -> Int {
    max(minimumRows, (rows + quantum - 1) / quantum * quantum)
  }

  /// The first row at or after `row` where a token of this position may stand.
  package static func firstRow(atOrAfter row: Int, position: Int) -> Int {
    row + ((position - row) % residue + residue) % residue
  }
}
