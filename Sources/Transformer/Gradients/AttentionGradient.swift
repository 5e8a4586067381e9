import Architecture
import Foundation
import LinearAlgebra

/// The vector–Jacobian product of causal attention over one whole sequence.
///
/// For each head, with P = softmax(s·Q Kᵀ) over the keys in sight and Z = P V:
/// ∂V = Pᵀ ∂Z, ∂P = ∂Z Vᵀ, ∂S = P ⊙ (∂P − rowsum(P ⊙ ∂P)), ∂Q = s·∂S K, ∂K = s·∂Sᵀ Q.
struct AttentionGradient {
  let specification: AttentionSpecification
  let span: AttentionSpan
  /// Tokens of the sequence, T.
  let count: Int
  /// Rotated queries, [T, H·d_head].
  let queries: UnsafePointer<Float>
  /// Rotated keys, [T, H_kv·d_head].
  let keys: UnsafePointer<Float>
  /// Values, [T, H_kv·d_head].
  let values: UnsafePointer<Float>

  private var width: Int { specification.headWidth }
  private var scale: Float { 1 / Float(width).squareRoot() }

  /// Gradients at rotated queries, rotated keys and values, from that at head outputs z.
  ///
  /// - Parameters:
  ///   - z: ∂Z, [T, H·d_head].
  ///   - q: Receives ∂Q; zeros before.
  ///   - k: Receives ∂K; zeros before.
  ///   - v: Receives ∂V; zeros before.
  func run(
    _ z: UnsafePointer<Float>, toQueries q: UnsafeMutablePointer<Float>,
    keys k: UnsafeMutablePointer<Float>, values v: UnsafeMutablePointer<Float>
  ) {
    let group = specification.heads / specification.keyValueHeads
    let (wide, narrow) = (specification.queryWidth, specification.keyValueWidth)
    let p = RowBuffer(unwrittenRows: count, width: count)
    let s = RowBuffer(unwrittenRows: count, width: count)
    for head in 0..<specification.heads {
      let (own, shared) = (head * width, head / group * width)
      similarity(queries + own, wide, keys + shared, narrow, scale, to: p.base)
      for query in 0..<count { softmax(p.row(query), query) }
      accumulate(p.base, .transposed, z + own, wide, 1, v + shared, narrow)
      similarity(z + own, wide, values + shared, narrow, 1, to: s.base)
      for query in 0..<count {
        let (row, weights) = (s.row(query), p.row(query))
        let mean = Float(Kernel.dot(row, weights, count: count))
        for key in 0..<count { row[key] = weights[key] * (row[key] - mean) }
      }
      accumulate(s.base, .plain, keys + shared, narrow, scale, q + own, wide)
      accumulate(s.base, .transposed, queries + own, wide, scale, k + shared, narrow)
    }
  }

  /// In place: probabilities of the keys in sight, 0 elsewhere.
  private func softmax(_ row: UnsafeMutablePointer<Float>, _ query: Int) {
    var first = 0
    if case .sliding(let window) = span { first = max(0, query - window + 1) }
    let seen = first...query
    let top = seen.reduce(-Float.infinity) { max($0, row[$1]) }
    var total = 0.0
    for key in seen {
      row[key] = exp(row[key] - top)
      total += Double(row[key])
    }
    for key in 0..<count { row[key] = seen.contains(key) ? row[key] / Float(total) : 0 }
  }

  private enum Order { case plain, transposed }

  /// c ← α·a·bᵀ, [T, T], of two [T, d_head] blocks.
  private func similarity(
    _ a: UnsafePointer<Float>, _ aStride: Int, _ b: UnsafePointer<Float>, _ bStride: Int,
    _ alpha: Float, to c: UnsafeMutablePointer<Float>
  ) {
    Float.gemm(
      transposeA: false, transposeB: true, m: Int32(count), n: Int32(count), k: Int32(width),
      alpha: alpha, a: a, lda: Int32(aStride), b: b, ldb: Int32(bStride), beta: 0, c: c,
      ldc: Int32(count))
  }

  /// c ← c + α·op(a)·b with a [T, T] and a [T, d_head] block b.
  private func accumulate(
    _ a: UnsafePointer<Float>, _ order: Order, _ b: UnsafePointer<Float>, _ bStride: Int,
    _ alpha: Float, _ c: UnsafeMutablePointer<Float>, _ cStride: Int
  ) {
    Float.gemm(
      transposeA: order == .transposed, transposeB: false, m: Int32(count), n: Int32(width),
      k: Int32(count), alpha: alpha, a: a, lda: Int32(count), b: b, ldb: Int32(bStride), beta: 1,
      c: c, ldc: Int32(cStride))
  }
}
