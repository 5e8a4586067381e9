extension Kernel {
  /// scores ← scale · Q·Kᵀ, [rows, keys].
  package static func scores(
    _ q: UnsafePointer<Float>, rows: Int, width: Int, keys k: UnsafePointer<Float>, count: Int,
    scale: Float, to scores: UnsafeMutablePointer<Float>
  ) {
    Float.gemm(
      transposeA: false, transposeB: true, m: Int32(rows), n: Int32(count), k: Int32(width),
      alpha: scale, a: q, lda: Int32(width), b: k, ldb: Int32(width), beta: 0, c: scores,
      ldc: Int32(count))
  }

  /// z ← P·V, [rows, width].
  package static func mix(
    _ p: UnsafePointer<Float>, rows: Int, count: Int, values v: UnsafePointer<Float>, width: Int,
    to z: UnsafeMutablePointer<Float>
  ) {
    Float.gemm(
      transposeA: false, transposeB: false, m: Int32(rows), n: Int32(width), k: Int32(count),
      alpha: 1, a: p, lda: Int32(count), b: v, ldb: Int32(width), beta: 0, c: z, ldc: Int32(width))
  }
}
