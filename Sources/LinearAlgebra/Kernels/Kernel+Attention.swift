extension Kernel {
  /// scores ← scale · Q·Kᵀ, [rows, keys].
  ///
  /// - Parameters:
  ///   - q: [rows, width].
  ///   - rows: Queries.
  ///   - width: Width of a head.
  ///   - k: `count` keys of `width`, `keyStride` apart.
  ///   - keyStride: Elements from key to key.
  ///   - count: Keys.
  ///   - scale: 1 / √width.
  ///   - scores: Rows of `count`, `scoreStride` apart.
  ///   - scoreStride: Elements from row to row.
  package static func scores(
    _ q: UnsafePointer<Float>, rows: Int, width: Int, keys k: UnsafePointer<Float>,
    keyStride: Int, count: Int, scale: Float, to scores: UnsafeMutablePointer<Float>,
    scoreStride: Int
  ) {
    Float.gemm(
      transposeA: false, transposeB: true, m: Int32(rows), n: Int32(count), k: Int32(width),
      alpha: scale, a: q, lda: Int32(width), b: k, ldb: Int32(keyStride), beta: 0, c: scores,
      ldc: Int32(scoreStride))
  }

  /// z ← P·V, [rows, width].
  ///
  /// - Parameters:
  ///   - p: Rows of `count`, `stride` apart.
  ///   - rows: Queries.
  ///   - count: Keys.
  ///   - stride: Elements from row to row.
  ///   - v: `count` values of `width`, `valueStride` apart.
  ///   - valueStride: Elements from value to value.
  ///   - width: Width of a head.
  ///   - z: Receives [rows, width].
  package static func mix(
    _ p: UnsafePointer<Float>, rows: Int, count: Int, stride: Int, values v: UnsafePointer<Float>,
    valueStride: Int, width: Int, to z: UnsafeMutablePointer<Float>
  ) {
    Float.gemm(
      transposeA: false, transposeB: false, m: Int32(rows), n: Int32(width), k: Int32(count),
      alpha: 1, a: p, lda: Int32(stride), b: v, ldb: Int32(valueStride), beta: 0, c: z,
      ldc: Int32(width))
  }
}
