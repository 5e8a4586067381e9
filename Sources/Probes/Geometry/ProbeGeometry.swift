import LinearAlgebra
import Statistics

/// How probe directions lie to each other and to singular subspaces.
public enum ProbeGeometry {
  /// The cosine of two probes' raw weights, ⟨W, W'⟩/(‖W‖·‖W'‖) over all outputs.
  ///
  /// Two classes or numbers: of the two directions. 0 where classes differ or weights vanish.
  public static func cosine(_ first: LinearProbe, _ second: LinearProbe) -> Double {
    guard first.classes == second.classes, first.width == second.width else { return 0 }
    let (a, b) = (first.rawWeights.flatMap { $0 }, second.rawWeights.flatMap { $0 })
    guard a.count == b.count else { return 0 }
    let norms = (dot(a, a) * dot(b, b)).squareRoot()
    return norms > 0 ? dot(a, b) / norms : 0
  }

  /// Cosines between all pairs, for example of one property's probes across layers or models.
  public static func cosines(_ probes: [LinearProbe]) -> [[Double]] {
    probes.map { first in probes.map { cosine(first, $0) } }
  }

  /// The share of a direction in a subspace, with the exact law of a random direction.
  ///
  /// - Parameters:
  ///   - direction: d numbers, not all 0.
  ///   - basis: Orthonormal **rows**, [k, d].
  ///   - level: Of the band of random directions.
  /// - Returns: The share beside k/d.
  /// - Throws: ``ProbeError/shape(what:expected:found:)``, `StatisticsError`.
  public static func share(
    of direction: [Double], in basis: Matrix<Double>, level: Double = 0.95
  ) throws -> SubspaceShare {
    guard basis.columns == direction.count else {
      throw ProbeError.shape(
        what: "width of the subspace", expected: direction.count, found: basis.columns)
    }
    let coordinates = basis.rowProducts(direction)
    let share = dot(coordinates, coordinates) / dot(direction, direction)
    let law = try EnergyShareLaw(dimensions: basis.rows, of: basis.columns)
    return SubspaceShare(
      share: share, dimensions: basis.rows, ambient: basis.columns, expected: law.mean,
      random: Interval(
        low: law.quantile((1 - level) / 2), high: law.quantile((1 + level) / 2), level: level),
      pValue: law.pValue(min(share, 1)))
  }
}

/// ‖P w‖²/‖w‖² of a direction w and what a random direction would have.
public struct SubspaceShare: Sendable, Equatable, Codable {
  /// The share, 0 to 1.
  public let share: Double
  /// k, the dimensions of the subspace.
  public let dimensions: Int
  /// d, the width of the site.
  public let ambient: Int
  /// k/d.
  public let expected: Double
  /// The central band of uniformly random directions, Beta(k/2, (d − k)/2).
  public let random: Interval
  /// Two-sided, against random directions.
  public let pValue: Double
}
