import Statistics

/// Metrics of one set of predictions, with items weighted by how often a resample drew them.
package struct MetricEvaluator {
  private let targets: ProbeTargets
  private let predictions: HeldOutPredictions
  /// With two classes, the items of each fold in ascending order of score.
  private let orders: [[Int]]

  package init(_ predictions: HeldOutPredictions, _ targets: ProbeTargets) {
    self.targets = targets
    self.predictions = predictions
    guard case .classes(_, let names) = targets, names.count == 2 else {
      orders = []
      return
    }
    var orders: [[Int]] = Array(repeating: [], count: (predictions.folds.max() ?? -1) + 1)
    for (item, fold) in predictions.folds.enumerated() { orders[fold].append(item) }
    self.orders = orders.map { items in
      items.sorted { (predictions.values[$0], $0) < (predictions.values[$1], $1) }
    }
  }

  /// The metrics that these targets have.
  var metrics: [ProbeMetric] {
    switch targets {
    case .numbers: [.rSquared]
    case .classes(_, let names):
      names.count == 2 ? [.accuracy, .balancedAccuracy, .rocAUC] : [.accuracy, .balancedAccuracy]
    }
  }

  /// The value of a metric; nil where the weighted items do not define it.
  package func value(_ metric: ProbeMetric, weights: [Double]) -> Double? {
    switch (metric, targets) {
    case (.accuracy, .classes(let labels, _)): accuracy(labels, weights)
    case (.balancedAccuracy, .classes(let labels, let names)):
      balancedAccuracy(labels, classes: names.count, weights)
    case (.rocAUC, .classes(let labels, _)): areaUnderCurve(labels, weights)
    case (.rSquared, .numbers(let truth)): rSquared(truth, weights)
    default: nil
    }
  }

  private func accuracy(_ labels: [Int], _ weights: [Double]) -> Double? {
    var right = 0.0
    var all = 0.0
    for item in labels.indices {
      all += weights[item]
      if predictions.classes[item] == labels[item] { right += weights[item] }
    }
    return all > 0 ? right / all : nil
  }

  private func balancedAccuracy(
    _ labels: [Int], classes: Int, _ weights: [Double]
  ) -> Double? {
    var right = [Double](repeating: 0, count: classes)
    var all = right
    for item in labels.indices {
      all[labels[item]] += weights[item]
      if predictions.classes[item] == labels[item] { right[labels[item]] += weights[item] }
    }
    return Summary.mean(zip(right, all).filter { $1 > 0 }.map { $0 / $1 })
  }

  /// Concordant pairs of a positive and a negative of one fold, ties half, over all such pairs.
  private func areaUnderCurve(_ labels: [Int], _ weights: [Double]) -> Double? {
    let scores = predictions.values
    var concordant = 0.0
    var pairs = 0.0
    for order in orders {
      var negatives = 0.0
      var positives = 0.0
      var start = 0
      while start < order.count {
        var end = start
        var tiedNegatives = 0.0
        var tiedPositives = 0.0
        while end < order.count, scores[order[end]] == scores[order[start]] {
          if labels[order[end]] == 1 {
            tiedPositives += weights[order[end]]
          } else {
            tiedNegatives += weights[order[end]]
          }
          end += 1
        }
        concordant += tiedPositives * (negatives + tiedNegatives / 2)
        negatives += tiedNegatives
        positives += tiedPositives
        start = end
      }
      pairs += positives * negatives
    }
    return pairs > 0 ? concordant / pairs : nil
  }

  private func rSquared(_ truth: [Double], _ weights: [Double]) -> Double? {
    var sum = 0.0
    var all = 0.0
    for item in truth.indices {
      sum += weights[item] * truth[item]
      all += weights[item]
    }
    let mean = all > 0 ? sum / all : 0
    var residual = 0.0
    var total = 0.0
    for item in truth.indices {
      let error = truth[item] - predictions.values[item]
      residual += weights[item] * error * error
      total += weights[item] * (truth[item] - mean) * (truth[item] - mean)
    }
    return total > 0 ? 1 - residual / total : nil
  }
}
