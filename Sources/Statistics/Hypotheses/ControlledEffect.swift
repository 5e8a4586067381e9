import Foundation

/// The variance between control seeds, pooled over the cells of one module type.
public struct SeedVariance: Sendable, Equatable, Codable {
  /// The pooled variance of a control's mean effect between seeds, sd²_seeds.
  public let variance: Double
  /// Its degrees of freedom, Σ over cells of (seeds − 1).
  public let degreesOfFreedom: Int

  /// No variance: a control that draws nothing.
  public static let none = SeedVariance(variance: 0, degreesOfFreedom: 1)

  /// Pools Σ(x − x̄)² over cells and divides by the degrees of freedom.
  ///
  /// - Parameter cells: of each cell, the mean effect of the control with each seed. Cells of one
  ///   seed add nothing.
  /// - Returns: the pooled variance, weighted by degrees of freedom.
  /// - Throws: ``StatisticsError`` where no cell has two seeds, and on values that are not finite.
  public static func pooled(_ cells: [[Double]]) throws -> SeedVariance {
    var squares = 0.0
    var degrees = 0
    for cell in cells {
      try Require.finite(cell, "control effects")
      guard let variance = Summary.variance(cell) else { continue }
      squares += variance * Double(cell.count - 1)
      degrees += cell.count - 1
    }
    try Require.count(degrees, atLeast: 1, "degrees of freedom between control seeds")
    return SeedVariance(variance: squares / Double(degrees), degreesOfFreedom: degrees)
  }
}

/// The effect of an edit against its matched control.
///
/// T = (effect − mean control effect) / √(SE² + (1 + 1/S)·sd²_seeds). SE is the cluster-robust
/// standard error of the per-prompt differences edit − mean over S seeds of the control; 1 + 1/S
/// treats the edit, under the null, as one more draw of the control.
///
/// T is referred to Student's t with Welch–Satterthwaite degrees of freedom,
/// (v₁ + v₂)² / (v₁²/(G−1) + v₂²/ν₂), v₁ = SE² from G clusters, v₂ = (1 + 1/S)·sd²_seeds with the
/// ν₂ of the pooled variance: the two components are estimated independently, and with five seeds
/// the normal distribution would call chance effects significant. Because the spread between seeds
/// already contains the controls' sampling noise over prompts, p-values are uniform where the
/// seeds differ by more than that noise and conservative elsewhere.
///
/// - Source: Satterthwaite 1946, Biometrics Bulletin 2:110.
public struct ControlledEffect: Sendable, Equatable, Codable {
  /// The mean effect of the edit.
  public let effect: Double
  /// The mean effect of the control over seeds and prompts.
  public let controlEffect: Double
  /// The standard error over prompts of effect − controlEffect.
  public let promptError: Double
  /// √(SE² + (1 + 1/S)·sd²_seeds).
  public let standardError: Double
  /// T; infinite where the difference has no estimated variance at all.
  public let statistic: Double
  /// The degrees of freedom of T's reference distribution.
  public let degreesOfFreedom: Double
  /// The two-sided p-value.
  public let pValue: Double
  /// The interval of effect − controlEffect.
  public let interval: Interval

  /// The effect beyond the control's.
  public var difference: Double { effect - controlEffect }

  /// Compares an edit with its control.
  ///
  /// Where neither prompts nor seeds vary, p is 2^(1−G), the least that a sign-flip test of G
  /// clusters can give.
  ///
  /// - Parameters:
  ///   - edit: the effect of the edit on each prompt, [prompts].
  ///   - controls: the effect of the control on each prompt, [seeds][prompts].
  ///   - seeds: the variance between seeds, pooled over cells of the module type.
  ///   - clusters: the clusters of the prompts.
  ///   - level: the level of the interval.
  /// - Throws: ``StatisticsError`` below two clusters, without controls, on values that are not
  ///   finite, and where lengths differ.
  public init(
    edit: [Double], controls: [[Double]], seeds: SeedVariance, clusters: Clusters? = nil,
    level: Double = 0.95
  ) throws {
    try Require.count(controls.count, atLeast: 1, "control seeds")
    for control in controls {
      try Require.length(control.count, equals: edit.count, "control effects")
    }
    let seedCount = Double(controls.count)
    let control = edit.indices.map { prompt in
      controls.reduce(0) { $0 + $1[prompt] } / seedCount
    }
    let (paired, groups) = try Sample.checked(
      zip(edit, control).map { $0 - $1 }, clusters, level)

    let promptVariance = paired.standardError * paired.standardError
    let seedVariance = (1 + 1 / seedCount) * seeds.variance
    let total = promptVariance + seedVariance
    let promptDegrees = Double(groups.count - 1)
    let seedDegrees = Double(seeds.degreesOfFreedom)
    let degrees =
      total > 0
      ? total * total
        / (promptVariance * promptVariance / promptDegrees
          + seedVariance * seedVariance / seedDegrees)
      : promptDegrees

    effect = Summary.mean(edit) ?? 0
    controlEffect = effect - paired.mean
    promptError = paired.standardError
    standardError = total.squareRoot()
    statistic = paired.mean == 0 ? 0 : paired.mean / standardError
    degreesOfFreedom = degrees
    pValue =
      statistic.isInfinite
      ? exp2(1 - Double(groups.count))
      : StudentT.twoSidedP(statistic, degreesOfFreedom: degrees)
    interval = .around(
      paired.mean, standardError: standardError,
      critical: StudentT.quantile((1 + level) / 2, degreesOfFreedom: degrees), level: level)
  }
}
