/// A property's probe at one site of one model, with all that was measured of it.
public struct TrainedProbe: Sendable, Equatable, Codable {
  /// The property.
  public let property: String
  /// The site whose activations it reads.
  public let site: String
  /// Trained on all items at the C that does best over the folds: its direction is the property's.
  public let probe: LinearProbe
  /// The probe of each fold, trained on the other folds at a C chosen inside them.
  public let foldProbes: [LinearProbe]
  /// What the fold probes say of their held-out items.
  public let predictions: HeldOutPredictions
  /// One score an item: 1 or 0 for a class, 1 − squared error/variance for a number.
  public let itemScores: [Double]
  /// Metrics with intervals.
  public let estimates: [ProbeEstimate]
  /// Controls, if they were asked for.
  public let controls: ProbeControls?

  /// Accuracy, or R² of numbers.
  public var score: Double { (estimates[.accuracy] ?? estimates[.rSquared])?.value ?? .nan }
}
