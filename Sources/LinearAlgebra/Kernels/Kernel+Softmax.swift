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
    for index in stride(from: 0, to: count, by: lanes) { top = larger(top, load(x + index)) }
    let maximum = Lanes(repeating: top.max())
    var sums = Lanes(repeating: 0)
    for index in stride(from: 0, to: count, by: lanes) {
      let value = exponential(load(x + index) - maximum)
      store(value, to: x + index)
      sums += value
    }
    let scale = Lanes(repeating: 1 / sums.sum())
    for index in stride(from: 0, to: count, by: lanes) {
      store(load(x + index) * scale, to: x + index)
    }
  }

  /// log Σ exp(x) of one row; exponentials in `Float`, their sum in `Double`; NaN if one is NaN.
  package static func logSumExp(_ x: UnsafePointer<Float>, count: Int) -> Double {
    var top = Lanes(repeating: -.infinity)
    forEachLane(count) {
      top = larger(top, load(x + $0))
    } rest: {
      top[0] = max(top[0], x[$0])
    }
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

  /// The index of the largest entry, the first of equals; NaN is never the largest.
  package static func firstMaximum(_ x: UnsafePointer<Float>, count: Int) -> Int {
    var top = Lanes(repeating: -.infinity)
    var rest = -Float.infinity
    forEachLane(count) {
      top = larger(top, load(x + $0))
    } rest: {
      rest = max(rest, x[$0])
    }
    let maximum = max(top.max(), rest)
    var index = 0
    while index + lanes <= count, !any(load(x + index) .== maximum) { index += lanes }
    return (index..<count).first { x[$0] == maximum } ?? 0
  }
}
