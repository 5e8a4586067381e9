import Experiments
import Statistics
import Updates

/// Tables of an update's measures.
public enum DecompositionTables {
  /// The figures that every table shows, in order.
  static let shown: [(Measure, Int)] = [
    (.relativeNorm, 5), (.energyPP, 4), (.energyPO, 4), (.energyOP, 4), (.energyOO, 4),
    (.rank1Share, 3), (.stableRank, 2), (.effectiveRank, 1), (.sparsity, 3), (.nss, 6),
    (.maxAngleU, 3), (.maxAngleV, 3), (.overlapPrincipal, 3), (.overlapLow, 3),
  ]

  /// One row a matrix, a few figures.
  public static func matrices(_ matrices: [MatrixMeasures]) -> Table {
    var table = Table(
      [.init("name"), .init("k", isNumeric: true), .init("pp expected", isNumeric: true)]
        + shown.map { .init($0.0.rawValue, isNumeric: true) } + [.init("note")])
    for matrix in matrices {
      var cells: [Table.Cell] = [
        .text(matrix.name), .count(matrix.rank), .number(matrix.energyExpected?.pp, digits: 4),
      ]
      cells += shown.map { .number(matrix[$0.0], digits: $0.1) }
      cells.append(.text(matrix.isRankDependent == true ? "k-dependent" : nil))
      table.append(cells)
    }
    return table
  }

  /// One row a matrix, every figure: `matrices.csv`.
  public static func full(_ matrices: [MatrixMeasures]) -> Table {
    var table = Table(
      [
        .init("name"), .init("layer", isNumeric: true), .init("module"),
        .init("rows", isNumeric: true), .init("columns", isNumeric: true),
        .init("base_dtype", isShown: false), .init("tuned_dtype", isShown: false),
        .init("rank", isNumeric: true), .init("mask_rank", isNumeric: true, isShown: false),
        .init("mask_alpha", isNumeric: true, isShown: false),
        .init("energy_expected_pp", isNumeric: true),
        .init("energy_expected_po", isNumeric: true, isShown: false),
        .init("energy_expected_op", isNumeric: true, isShown: false),
        .init("energy_expected_oo", isNumeric: true, isShown: false), .init("k_dependent"),
      ]
        + Measure.allCases.map { measure in
          .init(
            csvName(measure), isNumeric: true, isShown: shown.contains { $0.0 == measure })
        })
    for matrix in matrices {
      let expected = matrix.energyExpected
      var cells: [Table.Cell] = [
        .text(matrix.name), .count(matrix.layer), .text(matrix.module), .count(matrix.rows),
        .count(matrix.columns), .text(matrix.baseType), .text(matrix.tunedType),
        .count(matrix.rank), .count(matrix.maskRank), .number(matrix.maskAlpha),
        .number(expected?.pp), .number(expected?.po), .number(expected?.op),
        .number(expected?.oo), .text(matrix.isRankDependent.map { $0 ? "yes" : "no" }),
      ]
      cells += Measure.allCases.map { .number(matrix[$0]) }
      table.append(cells)
    }
    return table
  }

  /// One row a matrix, null and measure: `nulls.csv`.
  public static func nulls(_ matrices: [MatrixMeasures]) -> Table {
    var table = Table([
      .init("name"), .init("layer", isNumeric: true, isShown: false),
      .init("module", isShown: false), .init("null"), .init("measure"),
      .init("observed", isNumeric: true), .init("law"),
      .init("mean", isNumeric: true), .init("sd", isNumeric: true), .init("low", isNumeric: true),
      .init("high", isNumeric: true), .init("z", isNumeric: true), .init("p", isNumeric: true),
      .init("p_holm", isNumeric: true), .init("p_bh", isNumeric: true), .init("cannot_reject"),
      .init("draws", isNumeric: true),
    ])
    for matrix in matrices {
      for null in UpdateNull.allCases {
        guard let result = matrix.nulls[null] else { continue }
        for measure in Measure.allCases {
          guard let found = result.measures[measure] else { continue }
          table.append([
            .text(matrix.name), .count(matrix.layer), .text(matrix.module), .text(null.rawValue),
            .text(measure.rawValue), .number(matrix[measure]), .text(found.law.rawValue),
            .number(found.mean), .number(found.standardDeviation), .number(found.low),
            .number(found.high), .number(found.z), .number(found.p, digits: 4),
            .number(found.holm, digits: 4), .number(found.benjaminiHochberg, digits: 4),
            .text(found.cannotReject ? "yes" : "no"), .count(found.draws),
          ])
        }
      }
    }
    return table
  }

  /// The model, modules and layers: parameter-weighted means.
  public static func groups(_ result: DecompositionResult) -> Table {
    var table = Table(
      [.init("group"), .init("matrices", isNumeric: true)]
        + shown.map { .init($0.0.rawValue, isNumeric: true) })
    for aggregate in [result.model].compactMap({ $0 }) + result.groups {
      var cells: [Table.Cell] = [.text(label(aggregate.group)), .count(aggregate.matrices)]
      cells += shown.map { measure, digits in
        measure == .relativeNorm
          ? .number(aggregate.relativeNorm, digits: digits)
          : .number(aggregate.weighted[measure], digits: digits)
      }
      table.append(cells)
    }
    return table
  }

  /// Norm weights and biases: `vectors.csv`.
  public static func vectors(_ vectors: [VectorChange]) -> Table {
    var table = Table([
      .init("name"), .init("layer", isNumeric: true), .init("size", isNumeric: true),
      .init("delta_norm", isNumeric: true), .init("relative_norm", isNumeric: true),
      .init("changed", isNumeric: true),
    ])
    for vector in vectors {
      table.append([
        .text(vector.name), .count(vector.layer), .count(vector.size),
        .number(vector.deltaNorm, digits: 5), .number(vector.relativeNorm, digits: 5),
        .number(vector.changed),
      ])
    }
    return table
  }

  static func label(_ group: MeasureAggregate.Group) -> String {
    switch group {
    case .model: "model"
    case .module(let name): name
    case .layer(let number): "layer \(number)"
    }
  }

  private static func csvName(_ measure: Measure) -> String {
    measure.rawValue.replacing(".", with: "_")
  }
}
