/// How probes are trained and tested; part of a plan.
public struct ProbeOptions: Sendable, Hashable, Codable {
  /// The classifier; numeric properties always take ``LinearProbe/Kind/ridge``.
  public var classifier: LinearProbe.Kind = .logistic
  /// The values of C tried inside the folds, ascending (ridge: α = 1/C).
  public var grid: [Double] = [0.001, 0.01, 0.1, 1, 10]
  /// Folds of both levels of cross-validation.
  public var folds = 5
  /// Decides folds, control labels, shuffles, random directions and bootstrap.
  public var seed: UInt64 = 0
  /// Whether classes weigh alike: n/(k·count), scikit-learn's `class_weight="balanced"`.
  public var balancesClasses = false
  /// Whether features are divided by their standard deviation in the training fold.
  public var standardizes = true
  /// ‖∇‖₂ of scikit-learn's objective at which logistic regression ends.
  public var tolerance = 1e-8
  /// The same for the fits inside the folds, which only choose C; scikit-learn's default.
  public var selectionTolerance = 1e-4
  /// Shuffles and random directions drawn.
  public var controlDraws = 5
  /// Bootstrap replicates of an interval.
  public var replicates = 1000
  /// The level of every interval.
  public var level = 0.95
  /// A model keeps a property while it keeps this share of the accuracy above chance.
  public var skillThreshold = 0.5

  /// The defaults.
  public init() {}

  /// - Throws: ``ProbeError/invalidOption(name:expected:found:)``.
  func check() throws {
    func require(_ isRight: Bool, _ name: String, _ expected: String, _ found: Any) throws {
      guard isRight else {
        throw ProbeError.invalidOption(name: name, expected: expected, found: "\(found)")
      }
    }
    try require(
      !grid.isEmpty && grid.allSatisfy { $0 > 0 && $0.isFinite } && grid == grid.sorted(), "grid",
      "values of C above 0, ascending", grid)
    try require(folds >= 2, "folds", "at least 2", folds)
    try require(tolerance > 0, "tolerance", "a gradient norm above 0", tolerance)
    try require(
      selectionTolerance > 0, "selectionTolerance", "a gradient norm above 0", selectionTolerance)
    try require(controlDraws >= 0, "controlDraws", "0 or more", controlDraws)
    try require(replicates >= 100, "replicates", "at least 100", replicates)
    try require(level > 0 && level < 1, "level", "a probability between 0 and 1", level)
    try require(
      (0...1).contains(skillThreshold), "skillThreshold", "a share from 0 to 1", skillThreshold)
    try require(
      classifier != .ridge, "classifier",
      "logistic or a difference of means; numbers take ridge by themselves", classifier.rawValue)
  }
}
