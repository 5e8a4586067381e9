/// The exact law of the energy share of an isotropic update inside a fixed subspace.
///
/// The share of a Gaussian vector of N dimensions in d of them follows Beta(d/2, (N − d)/2). The
/// principal block of an m × n update has d = k², the others d = k(n − k), (m − k)k and
/// (m − k)(n − k).
public struct EnergyShareLaw: Sendable, Equatable {
  /// The number of dimensions of the subspace, d.
  public let dimensions: Int
  /// The number of dimensions of the update, N.
  public let ambient: Int
  private let law: BetaDistribution

  /// The law of the share in d of N dimensions.
  ///
  /// - Throws: ``StatisticsError`` unless 0 ≤ d ≤ N and N ≥ 1.
  public init(dimensions: Int, of ambient: Int) throws {
    try Require.count(ambient, atLeast: 1, "dimensions of the update")
    guard (0...ambient).contains(dimensions) else {
      throw StatisticsError.outOfRange(
        what: "dimensions of the subspace", value: Double(dimensions), allowed: "0…\(ambient)")
    }
    self.dimensions = dimensions
    self.ambient = ambient
    law = BetaDistribution(
      alpha: Double(dimensions) / 2, beta: Double(ambient - dimensions) / 2)
  }

  /// The law of the principal share of an m × n update at rank k, Beta(k²/2, (mn − k²)/2).
  ///
  /// - Throws: ``StatisticsError`` unless 0 ≤ k ≤ min(m, n) and the update has elements.
  public static func principal(rows: Int, columns: Int, rank: Int) throws -> EnergyShareLaw {
    guard (0...max(min(rows, columns), 0)).contains(rank) else {
      throw StatisticsError.outOfRange(
        what: "rank", value: Double(rank), allowed: "0…\(min(rows, columns))")
    }
    return try EnergyShareLaw(dimensions: rank * rank, of: rows * columns)
  }

  /// The expected share, d/N.
  public var mean: Double { Double(dimensions) / Double(ambient) }

  /// The standard deviation of the share.
  public var standardDeviation: Double {
    (mean * (1 - mean) / (Double(ambient) / 2 + 1)).squareRoot()
  }

  /// P(share ≤ x).
  public func cdf(_ share: Double) -> Double {
    isPoint ? (share >= mean ? 1 : 0) : law.cdf(share)
  }

  /// The share that is not exceeded with probability p.
  public func quantile(_ probability: Double) -> Double {
    isPoint ? mean : law.quantile(probability)
  }

  /// The two-sided p-value 2·min(P(≤ share), P(≥ share)).
  ///
  /// 1 where the subspace is nothing or everything, for then the share is fixed; NaN if the share
  /// is, as for a zero update.
  public func pValue(_ share: Double) -> Double {
    if share.isNaN { return .nan }
    if isPoint { return 1 }
    return min(2 * min(law.cdf(share), law.survival(share)), 1)
  }

  private var isPoint: Bool { dimensions == 0 || dimensions == ambient }
}
