/// Kernels over panels of one row of logits: exponentials in `Float`, sums in `Double`.
package enum LogitKernels {
  /// The largest element; NaN if one is NaN.
  package static func maximum(_ row: UnsafePointer<Float>, count: Int) -> Float {
    let whole = count & ~(laneCount - 1)
    var maxima = Lanes(repeating: -.infinity)
    var nan = SIMDMask<SIMD16<Int32>>(repeating: false)
    for index in stride(from: 0, to: whole, by: laneCount) {
      let x = load(row + index)
      maxima = larger(maxima, x)
      nan = nan .| (x .!= x)
    }
    if any(nan) { return .nan }
    var largest = maxima.max()
    for index in whole..<count {
      if row[index].isNaN { return .nan }
      largest = max(largest, row[index])
    }
    return largest
  }

  /// Σ e^(x − shift).
  package static func exponentialSum(
    _ row: UnsafePointer<Float>, count: Int, shift: Float
  ) -> Double {
    let whole = count & ~(laneCount - 1)
    let block = 64 * laneCount
    var total = 0.0
    var start = 0
    while start < whole {
      let end = min(start + block, whole)
      var sums = Lanes.zero
      for index in stride(from: start, to: end, by: laneCount) {
        sums += exponential(load(row + index) - shift)
      }
      total += Double(sum(sums))
      start = end
    }
    for index in whole..<count {
      total += Double(exponential(Lanes(repeating: row[index] - shift))[0])
    }
    return total
  }

  /// Σ e^(x − shift) and Σ e^(x − shift)·(x − y).
  package static func exponentialMoments(
    _ row: UnsafePointer<Float>, _ other: UnsafePointer<Float>, count: Int, shift: Float
  ) -> (sum: Double, moment: Double) {
    var total = 0.0
    var moment = 0.0
    let whole = count & ~(laneCount - 1)
    for start in stride(from: 0, to: whole, by: laneCount) {
      let x = load(row + start)
      let e = exponential(x - shift)
      let difference = x - load(other + start)
      for lane in 0..<laneCount {
        total += Double(e[lane])
        moment += Double(e[lane]) * Double(difference[lane])
      }
    }
    for index in whole..<count {
      let e = Double(exponential(Lanes(repeating: row[index] - shift))[0])
      total += e
      moment += e * Double(row[index] - other[index])
    }
    return (total, moment)
  }
}
