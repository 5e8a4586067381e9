/// How well two lists of numbers go together.
public enum Correlation {
  /// Pearson's product-moment correlation; nil where one list does not vary, below two pairs, or
  /// where lengths differ.
  public static func pearson(_ first: [Double], _ second: [Double]) -> Double? {
    guard first.count == second.count, first.count > 1, let a = Summary.mean(first),
      let b = Summary.mean(second)
    else { return nil }
    var (product, left, right) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      product += (x - a) * (y - b)
      left += (x - a) * (x - a)
      right += (y - b) * (y - b)
    }
    guard left > 0, right > 0 else { return nil }
    return min(max(product / (left * right).squareRoot(), -1), 1)
  }

  /// Spearman's rank correlation: Pearson's of midranks; nil as ``pearson(_:_:)``.
  public static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    pearson(midranks(first), midranks(second))
  }

  /// Ranks from 1; equal values share the mean of theirs.
  static func midranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in order[start..<end] { ranks[place] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
