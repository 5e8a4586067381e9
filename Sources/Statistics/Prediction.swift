/// How well predictions agree with the truth.
public enum Prediction {
  /// The area under the ROC curve, P(positive > negative) + ½ P(tie), by midranks.
  ///
  /// - Returns: nil without both positives and negatives, with a NaN score, or where lengths
  ///   differ.
  /// - Source: Mann & Whitney 1947; Hanley & McNeil 1982.
  public static func areaUnderCurve(scores: [Double], positive: [Bool]) -> Double? {
    let positives = Double(positive.count { $0 })
    let negatives = Double(positive.count) - positives
    guard scores.count == positive.count, positives > 0, negatives > 0,
      !scores.contains(where: \.isNaN)
    else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      let rank = Double(start + end + 1) / 2
      rankSum += rank * Double(order[start..<end].count { positive[$0] })
      start = end
    }
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives)
  }

  /// The mean over true classes of the share predicted right; nil if empty or lengths differ.
  public static func balancedAccuracy<Label: Hashable>(
    predicted: [Label], truth: [Label]
  ) -> Double? {
    guard !truth.isEmpty, predicted.count == truth.count else { return nil }
    var counts: [Label: (right: Int, all: Int)] = [:]
    for (guess, label) in zip(predicted, truth) {
      let (right, all) = counts[label] ?? (0, 0)
      counts[label] = (right + (guess == label ? 1 : 0), all + 1)
    }
    // Sorted, because a dictionary's order would change the rounding from run to run.
    let recalls = counts.values.map { Double($0.right) / Double($0.all) }.sorted()
    return Summary.mean(recalls)
  }

  /// The coefficient of determination, 1 − Σ(y − ŷ)²/Σ(y − ȳ)²; negative if worse than the mean.
  ///
  /// - Returns: nil where the truth does not vary or lengths differ.
  public static func rSquared(predicted: [Double], truth: [Double]) -> Double? {
    guard predicted.count == truth.count, let mean = Summary.mean(truth) else { return nil }
    let total = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let residual = zip(predicted, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return total > 0 ? 1 - residual / total : nil
  }
}
