import Statistics

/// A measure of held-out predictions.
public enum ProbeMetric: String, Sendable, Codable, CaseIterable {
  /// The share of items predicted right.
  case accuracy
  /// The mean over classes of the share predicted right.
  case balancedAccuracy = "balanced_accuracy"
  /// The area under the ROC curve over pairs of items of the same fold; two classes only.
  case rocAUC = "roc_auc"
  /// 1 − Σ(y − ŷ)²/Σ(y − ȳ)² over all items, ȳ their mean.
  case rSquared = "r2"
}

/// A metric with its uncertainty over items and over folds.
public struct ProbeEstimate: Sendable, Equatable, Codable {
  /// What was measured.
  public let metric: ProbeMetric
  /// Over all held-out items.
  public let value: Double
  /// BCa bootstrap over types (Wilson over items for an accuracy of 0 or 1); nil where resamples
  /// do not define the metric.
  public let interval: Interval?
  /// The metric of each fold's held-out items; a fold that does not define it is left out.
  public let folds: [Double]
  /// Student's t over the folds, which are not independent: a description, not a test.
  public let foldInterval: Interval?
}

extension [ProbeEstimate] {
  /// The estimate of a metric, if it was measured.
  public subscript(metric: ProbeMetric) -> ProbeEstimate? {
    first { $0.metric == metric }
  }
}
