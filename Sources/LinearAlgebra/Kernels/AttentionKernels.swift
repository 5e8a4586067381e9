/// Kernels of causal attention, two queries at a time.
///
/// Keys lie transposed in blocks of 16: element i of key j is at `(j / 16 · width + i) · 16 + j % 16`.
/// A score sums over i in order and an output over keys in order, so neither depends on how
/// queries are paired, on other queries, or on later keys.
package enum AttentionKernels {
  /// s_j = scale · q·k_j for whole blocks of keys.
  package static func scores(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, keys: UnsafePointer<Float>,
    width: Int, blocks: Range<Int>, scale: Float, _ firstScores: UnsafeMutablePointer<Float>,
    _ secondScores: UnsafeMutablePointer<Float>
  ) {
    for block in blocks {
      var key = keys + block * width * laneCount
      var a = Lanes.zero
      var b = Lanes.zero
      for index in 0..<width {
        let lanes = load(key)
        a += lanes * first[index]
        b += lanes * second[index]
        key += laneCount
      }
      store(a * scale, firstScores + block * laneCount)
      store(b * scale, secondScores + block * laneCount)
    }
  }

  /// z = Σ p_j·v_j over a range of keys for each of two queries.
  ///
  /// - Parameters:
  ///   - values: Rows of `stride` elements, zero beyond the width; `stride` is a multiple of 16.
  ///   - firstOutput: Room for `stride` elements.
  ///   - secondOutput: Room for `stride` elements.
  package static func combine(
    _ first: UnsafePointer<Float>, _ firstRange: Range<Int>, _ second: UnsafePointer<Float>,
    _ secondRange: Range<Int>, values: UnsafePointer<Float>, stride: Int,
    _ firstOutput: UnsafeMutablePointer<Float>, _ secondOutput: UnsafeMutablePointer<Float>
  ) {
    let start = max(firstRange.lowerBound, secondRange.lowerBound)
    let end = max(start, min(firstRange.upperBound, secondRange.upperBound))
    for column in Swift.stride(from: 0, to: stride, by: laneCount) {
      let values = values + column
      var a = Lanes.zero
      var b = Lanes.zero
      for key in firstRange.lowerBound..<min(start, firstRange.upperBound) {
        a += load(values + key * stride) * first[key]
      }
      for key in secondRange.lowerBound..<min(start, secondRange.upperBound) {
        b += load(values + key * stride) * second[key]
      }
      for key in start..<end {
        let value = load(values + key * stride)
        a += value * first[key]
        b += value * second[key]
      }
      for key in max(end, firstRange.lowerBound)..<max(end, firstRange.upperBound) {
        a += load(values + key * stride) * first[key]
      }
      for key in max(end, secondRange.lowerBound)..<max(end, secondRange.upperBound) {
        b += load(values + key * stride) * second[key]
      }
      store(a, firstOutput + column)
      store(b, secondOutput + column)
    }
  }
}
