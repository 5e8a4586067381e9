import Statistics

/// One measure against one null.
public struct NullComparison: Sendable, Hashable, Codable {
  /// How the null distribution is known.
  public enum Law: String, Sendable, Codable {
    /// Exactly: the Beta law of energy shares of an isotropic update.
    case exact
    /// Through draws.
    case monteCarlo = "monte-carlo"
    /// As a mean over independent matrices, by its first two moments.
    case normal
  }

  /// How the null distribution is known.
  public let law: Law
  /// The mean under the null.
  public let mean: Double
  /// The standard deviation under the null.
  public let standardDeviation: Double
  /// The lower end of the central interval; nil for ``Law/normal``.
  public let low: Double?
  /// The upper end of the central interval.
  public let high: Double?
  /// How many standard deviations the measure lies above the mean; nil where the null does not vary.
  public let z: Double?
  /// The two-sided p-value: exact, 2(1 + #)/(S + 1) of S draws, or of z.
  public let p: Double?
  /// The number of draws; 0 for an exact law.
  public let draws: Int
  /// The p-value after Holm's correction over the matrices; nil before ``NullCorrection``.
  public internal(set) var holm: Double?
  /// The p-value after Benjamini and Hochberg's correction over the matrices.
  public internal(set) var benjaminiHochberg: Double?
  /// Whether so few draws can never reject at .05 after Holm's correction, however large the effect.
  public internal(set) var cannotReject: Bool

  enum CodingKeys: String, CodingKey {
    case law, mean, low, high, z, p, draws
    case standardDeviation = "sd"
    case holm = "p_holm"
    case benjaminiHochberg = "p_bh"
    case cannotReject = "cannot_reject"
  }

  /// Compares with draws.
  init(_ observed: Double, draws: [Double], level: Double) throws {
    let band = try NullBand(draws: draws, level: level)
    law = .monteCarlo
    mean = band.mean
    standardDeviation = band.standardDeviation
    (low, high) = (band.interval.low, band.interval.high)
    z = band.z(of: observed)
    p = MonteCarlo.pValue(of: observed, null: draws, tail: .both)
    self.draws = draws.count
    cannotReject = MonteCarlo.cannotReject(draws: draws.count, cells: 1, tail: .both)
  }

  /// Compares an energy share with its exact law.
  init(_ observed: Double, law share: EnergyShareLaw, level: Double) {
    law = .exact
    mean = share.mean
    standardDeviation = share.standardDeviation
    (low, high) = (share.quantile((1 - level) / 2), share.quantile((1 + level) / 2))
    z = standardDeviation > 0 ? (observed - mean) / standardDeviation : nil
    p = share.pValue(observed)
    draws = 0
    cannotReject = false
  }

  /// Compares a mean over independent matrices by the moments of its null.
  init(_ observed: Double, mean: Double, standardDeviation: Double, draws: Int) {
    law = .normal
    self.mean = mean
    self.standardDeviation = standardDeviation
    (low, high) = (nil, nil)
    z = standardDeviation > 0 ? (observed - mean) / standardDeviation : nil
    p = z.map { 2 * Normal.survival(abs($0)) }
    self.draws = draws
    cannotReject = false
  }
}
