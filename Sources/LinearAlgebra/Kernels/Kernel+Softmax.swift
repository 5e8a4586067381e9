import Foundation

extension Kernel {
  /// In place: x ← softmax(x) of one row; entries of −∞ become 0.
  ///
  /// The bits depend on the finite entries and their places only, not on how many entries of −∞
  /// follow them.
  ///
  /// - Precondition: `count` is a multiple of 16 and one entry is finite.
  package static func softmax(_ x: UnsafeMutablePointer<Float>, count: Int) {
    precondition(count % lanes == 0)
    var top = Lanes(repeating: -.infinity)
    for index in stride(from: 0, to: count, by: lanes) { top = pointwiseMax(top, load(x + index)) }
    let maximum = Lanes(repeating: top.max())
    var sums = Lanes(repeating: 0)
    for index in stride(from: 0, to: count, by: lanes) {
      let value = exponential(load(x + index) - maximum)
      store(value, to: x + index)
      sums += value
    }
    let scale = Lanes(repeating: 1 / sums.sum())
    for index in stride(from: 0, to: count, by: lanes) { store(load(x + index) * scale, to: x + index) }
  }

  /// log Σ exp(x) of one row; exponentials in `Float`, their sum in `Double`.
  package static func logSumExp(_ x: UnsafePointer<Float>, count: Int) -> Double {
    var top = Lanes(repeating: -.infinity)
    forEachLane(count) { top = pointwiseMax(top, load(x + $0)) } rest: { top[0] = max(top[0], x[$0]) }
    let maximum = top.max()
    guard maximum.isFinite else { return Double(maximum) }
    let shift = Lanes(repeating: maximum)
    var total = 0.0
    var index = 0
    while index < count {
      let end = min(index + 512, count)
      var sums = Lanes(repeating: 0)
      while index + lanes <= end {
        sums += exponential(load(x + index) - shift)
        index += lanes
      }
      if index < end {
        sums += exponential(
          loadPartial(x + index, count: end - index, filler: -.infinity) - shift)
        index = end
      }
      total += Double(sums.sum())
    }
    return Double(maximum) + log(total)
  }

  /// The index of the largest entry, the first of equals.
  package static func firstMaximum(_ x: UnsafePointer<Float>, count: Int) -> Int {
    var best = 0
    for index in 1..<max(count, 1) where x[index] > x[best] { best = index }
    return best
  }
}
