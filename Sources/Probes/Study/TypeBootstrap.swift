import LinearAlgebra
import Statistics

/// The bootstrap over types of any metric of held-out predictions.
///
/// Whole types are drawn with replacement; the draws depend on the seed and the number of types
/// only, so sites and models share them.
struct TypeBootstrap {
  private let clusters: Clusters
  /// How often each replicate drew each item, [replicates][items].
  private let draws: [[Double]]
  private let level: Double

  init(clusters: Clusters, options: ProbeOptions) {
    self.clusters = clusters
    level = options.level
    var random = CounterRandom(seed: options.seed, stream: "probe-bootstrap")
    draws = (0..<options.replicates).map { _ in
      var counts = [Double](repeating: 0, count: clusters.count)
      for _ in counts.indices { counts[Int.random(in: counts.indices, using: &random)] += 1 }
      return clusters.assignment.map { counts[$0] }
    }
  }

  /// Every metric of the predictions with its intervals.
  func estimates(
    _ predictions: HeldOutPredictions, _ targets: ProbeTargets
  ) throws -> [ProbeEstimate] {
    let evaluator = MetricEvaluator(predictions, targets)
    let ones = [Double](repeating: 1, count: targets.count)
    let foldWeights = (0...(predictions.folds.max() ?? 0)).map { fold in
      predictions.folds.map { $0 == fold ? 1.0 : 0 }
    }
    return try evaluator.metrics.compactMap { metric in
      guard let value = evaluator.value(metric, weights: ones) else { return nil }
      let folds = foldWeights.compactMap { evaluator.value(metric, weights: $0) }
      return ProbeEstimate(
        metric: metric, value: value, interval: try interval(metric, value, evaluator),
        folds: folds,
        foldInterval: folds.count > 1
          ? try MeanEstimate.student(folds, level: level).interval : nil)
    }
  }

  private func interval(
    _ metric: ProbeMetric, _ value: Double, _ evaluator: MetricEvaluator
  ) throws -> Interval? {
    let items = clusters.assignment.count
    if metric == .accuracy, value == 0 || value == 1 {
      return try Interval.wilson(successes: value == 0 ? 0 : items, trials: items, level: level)
    }
    let replicates = draws.compactMap { evaluator.value(metric, weights: $0) }
    let jackknife = (0..<clusters.count).compactMap { left in
      evaluator.value(metric, weights: clusters.assignment.map { $0 == left ? 0 : 1 })
    }
    guard replicates.count == draws.count, jackknife.count == clusters.count else { return nil }
    return Bootstrap.bcaInterval(
      estimate: value, replicates: replicates, jackknife: jackknife, level: level)
  }
}
