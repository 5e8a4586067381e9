import LinearAlgebra
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

/// The measures of one update against one null, or why there is no such null.
public struct NullResult: Sendable, Hashable {
  /// Why the null is not defined here; nil if it is.
  public let reason: String?
  /// The measures that the null moves.
  public internal(set) var measures: [Measure: NullComparison]

  init(reason: String) {
    self.reason = reason
    measures = [:]
  }

  init(_ measures: [Measure: NullComparison]) {
    reason = nil
    self.measures = measures
  }
}

extension NullResult: Codable {
  enum CodingKeys: CodingKey { case reason, measures }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    let named = try container.decode([String: NullComparison].self, forKey: .measures)
    measures = [:]
    for (key, comparison) in named {
      if let measure = Measure(rawValue: key) { measures[measure] = comparison }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(reason, forKey: .reason)
    let named = measures.map { ($0.key.rawValue, $0.value) }
    try container.encode(Dictionary(uniqueKeysWithValues: named), forKey: .measures)
  }
}

extension NullComparison {
  /// Draws each null and compares the measures of an update with it.
  ///
  /// - Throws: ``DecompositionError``.
  static func results(
    for measures: MatrixMeasures, of update: MatrixUpdate, changed: EntryMask,
    on analysis: BaseAnalysis, options: NullOptions
  ) throws -> [UpdateNull: NullResult] {
    guard !options.nulls.isEmpty else { return [:] }
    let projections = analysis.projections
    var results: [UpdateNull: NullResult] = [:]
    for null in options.nulls {
      var groups = options.groups.intersection(analysis.options.groups)
        .intersection(null.movedGroups)
      var comparisons: [Measure: NullComparison] = [:]
      if case .norm = null, groups.remove(.energy) != nil {
        comparisons = try exactEnergies(measures, level: options.level)
      }
      let needsMatrix = !groups.isDisjoint(with: [.size, .energy, .shape, .rotation])
      do {
        let sampler = try NullSampler(
          null, for: update, changed: changed, seed: options.seed, needsMatrix: needsMatrix)
        var draws: [Measure: [Double]] = [:]
        for number in 0..<(groups.isEmpty ? 0 : options.seeds) {
          let drawn = try analysis.values(
            of: sampler.draw(number), for: update, groups: groups, projections: projections)
          for (measure, value) in drawn { draws[measure, default: []].append(value) }
        }
        for (measure, values) in draws {
          guard let observed = measures[measure], !values.allSatisfy({ $0 == observed }) else {
            continue
          }
          comparisons[measure] = try NullComparison(observed, draws: values, level: options.level)
        }
        results[null] = NullResult(comparisons)
      } catch NullSampler.Unavailable.because(let reason) {
        results[null] = NullResult(reason: reason)
      }
    }
    return results
  }

  /// The four energy shares of a Gaussian update of any size follow Beta laws, whatever W₀ is.
  private static func exactEnergies(
    _ measures: MatrixMeasures, level: Double
  ) throws -> [Measure: NullComparison] {
    let (m, n, k) = (measures.rows, measures.columns, measures.rank)
    let dimensions: [(Measure, Int)] = [
      (.energyPP, k * k), (.energyPO, k * (n - k)), (.energyOP, (m - k) * k),
      (.energyOO, (m - k) * (n - k)),
    ]
    var comparisons: [Measure: NullComparison] = [:]
    for (measure, count) in dimensions {
      guard let observed = measures[measure] else { continue }
      let law = try EnergyShareLaw(dimensions: count, of: m * n)
      comparisons[measure] = NullComparison(observed, law: law, level: level)
    }
    return comparisons
  }
}

extension BaseAnalysis {
  /// The leading k singular vectors as rows, rounded: enough for the energies of draws.
  struct Projections: Sendable {
    let left: Matrix<Float>
    let right: Matrix<Float>
  }

  /// The projections at k; nil where energy shares are not defined.
  var projections: Projections? {
    guard let factors, rank <= algebraicRank else { return nil }
    return Projections(
      left: factors.left.rows(0..<rank).converted(),
      right: factors.right.rows(0..<rank).converted())
  }

  /// The measures of a draw.
  ///
  /// - Throws: ``DecompositionError``.
  fileprivate func values(
    of draw: NullDraw, for update: MatrixUpdate, groups: Set<MeasureGroup>,
    projections: Projections?
  ) throws -> [Measure: Double] {
    var result = MatrixMeasures(of: update)
    if let delta = draw.delta {
      if groups.contains(.size) { measureSize(delta.squaredFrobeniusNorm, into: &result) }
      if groups.contains(.energy), let projections {
        let profile = EnergyProfile(of: delta, left: projections.left, right: projections.right)
        if let shares = profile.energies(at: rank)?.shares { result.setEnergy(shares) }
      }
      if !groups.isDisjoint(with: [.shape, .rotation]) {
        try measureSpectra(of: delta, groups: groups, into: &result)
      }
    }
    if groups.contains(.change) { result.setDensities(of: draw.changed) }
    if groups.contains(.overlap), let masks {
      result.setOverlap(MaskOverlap(of: draw.changed, with: masks))
    }
    return result.values
  }
}
