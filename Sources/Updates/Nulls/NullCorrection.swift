import Statistics

/// Corrects the p-values of many matrices for their number.
public enum NullCorrection {
  /// Fills in the p-values after Holm's and Benjamini and Hochberg's corrections.
  ///
  /// The family is one measure against one null over all matrices that have both. Where the number
  /// of draws cannot reject at `alpha` after Holm's correction, the comparison says so.
  ///
  /// - Throws: `StatisticsError`, never on comparisons of ``UpdateMeter``.
  public static func apply(to matrices: inout [MatrixMeasures], alpha: Double = 0.05) throws {
    for null in UpdateNull.allCases {
      for measure in Measure.allCases {
        let family = matrices.indices.filter { matrices[$0].nulls[null]?.measures[measure] != nil }
        let pValues = family.map { matrices[$0].nulls[null]?.measures[measure]?.p ?? 1 }
        let holm = try MultipleTesting.holm(pValues)
        let discovery = try MultipleTesting.benjaminiHochberg(pValues)
        for (position, index) in family.enumerated() {
          guard var comparison = matrices[index].nulls[null]?.measures[measure] else { continue }
          comparison.holm = holm[position]
          comparison.benjaminiHochberg = discovery[position]
          comparison.cannotReject =
            comparison.law == .monteCarlo
            && MonteCarlo.cannotReject(
              draws: comparison.draws, cells: family.count, alpha: alpha, tail: .both)
          matrices[index].nulls[null]?.measures[measure] = comparison
        }
      }
    }
  }
}
