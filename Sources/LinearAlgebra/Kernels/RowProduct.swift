/// Y = X·Wᵀ with rows whose bits do not depend on what else is in X.
///
/// OpenBLAS' kernels add over the inner dimension in an order that is the same for each row, except
/// that (a) AVX2 kernels treat a row by its index mod 12 and (b) very small products take another
/// path. So a row must stand at a fixed residue mod ``residues``, the height of a call is a multiple
/// of 12 between ``lowest`` and ``highest``, and products small enough for (b) use one fixed height.
package enum RowProduct {
  /// A token's row index must be congruent to its position modulo this.
  package static let residues = 12
  /// The height of tiles of small matrices; buffers hold a multiple of it.
  package static let tile = 240
  private static let lowest = 48
  private static let highest = 960
  /// From this many weights on, a call of the lowest height is far above every small-product path.
  private static let largeWeight = 1 << 16

  /// Rows that buffers must have room for.
  package static func capacity(_ rows: Int) -> Int {
    (max(rows, 1) + tile - 1) / tile * tile
  }

  /// Multiplies rows by a matrix.
  ///
  /// - Parameters:
  ///   - input: `rows` rows of `inner` elements, with room for ``capacity(_:)`` rows.
  ///   - rows: A multiple of 12.
  ///   - weight: `outer` rows of `inner` elements.
  ///   - output: Receives rows of `outer` elements; room for ``capacity(_:)`` rows.
  package static func multiply(
    _ input: UnsafePointer<Float>, rows: Int, inner: Int, weight: UnsafePointer<Float>, outer: Int,
    output: UnsafeMutablePointer<Float>
  ) {
    precondition(rows % residues == 0)
    let isLarge = inner * outer >= largeWeight
    var start = 0
    while start < rows {
      let height = isLarge ? min(max(rows - start, lowest), highest) : tile
      Float.gemm(
        transposeA: false, transposeB: true, m: Int32(height), n: Int32(outer), k: Int32(inner),
        alpha: 1, a: input + start * inner, lda: Int32(inner), b: weight, ldb: Int32(inner),
        beta: 0, c: output + start * outer, ldc: Int32(outer))
      start += height
    }
  }

  /// The same for a few rows at any index, by dot products: decoding, where a call reads every
  /// weight once and memory is the limit.
  ///
  /// A row's bits depend on the row only, and differ from those of ``multiply`` in the last places.
  package static func multiplyFew(
    _ input: UnsafePointer<Float>, rows: Int, inner: Int, weight: UnsafePointer<Float>, outer: Int,
    output: UnsafeMutablePointer<Float>
  ) {
    let whole = inner & ~(laneCount - 1)
    for column in 0..<outer {
      let w = weight + column * inner
      for row in 0..<rows {
        let x = input + row * inner
        var even = Lanes.zero
        var odd = Lanes.zero
        var index = 0
        while index + 2 * laneCount <= whole {
          even += load(x + index) * load(w + index)
          odd += load(x + index + laneCount) * load(w + index + laneCount)
          index += 2 * laneCount
        }
        if index < whole { even += load(x + index) * load(w + index) }
        var total = sum(even + odd)
        for index in whole..<inner { total += x[index] * w[index] }
        output[row * outer + column] = total
      }
    }
  }
}
