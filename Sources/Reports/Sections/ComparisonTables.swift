import Experiments
import Statistics
import Updates

/// Tables of runs side by side.
public enum ComparisonTables {
  /// One row a run: figures of the update, and those that grow with its size at matched norm too.
  public static func runs(_ result: ComparedRuns) -> Table {
    let measures: [(Measure, Int)] = [
      (.energyPP, 4), (.energyPO, 4), (.energyOP, 4), (.energyOO, 4), (.rank1Share, 3),
      (.stableRank, 2), (.sparsity, 3), (.nss, 6), (.maxAngleU, 3), (.maxAngleV, 3),
    ]
    let matched: [(Measure, Int)] = [(.nss, 6), (.maxAngleU, 3), (.maxAngleV, 3)]
    var table = Table(
      [.init("run"), .init("relative_norm", isNumeric: true)]
        + measures.map { .init($0.0.rawValue, isNumeric: true) }
        + matched.map { .init("\($0.0.rawValue) at matched norm", isNumeric: true) })
    for run in result.runs {
      var cells: [Table.Cell] = [.text(run.name), .number(run.model.relativeNorm, digits: 5)]
      cells += measures.map { .number(run.model.weighted[$0.0], digits: $0.1) }
      cells += matched.map { .number(run.matched?.weighted[$0.0], digits: $0.1) }
      table.append(cells)
    }
    return table
  }

  /// One row a pair of runs.
  public static func pairs(_ result: ComparedRuns) -> Table {
    var table = Table([
      .init("first"), .init("second"), .init("jaccard", isNumeric: true),
      .init("jaccard, independent masks", isNumeric: true),
      .init("jaccard, matched nulls", isNumeric: true), .init("cosine", isNumeric: true),
      .init("cosine, matched nulls", isNumeric: true),
    ])
    for pair in result.pairs {
      table.append([
        .text(pair.first), .text(pair.second), .number(pair.jaccard),
        .number(pair.jaccardExpected), .number(pair.jaccardNull), .number(pair.cosine, digits: 4),
        .number(pair.cosineNull, digits: 4),
      ])
    }
    return table
  }

  /// One row a matrix, pair and k: overlaps of leading subspaces, `overlaps.csv`.
  public static func overlaps(_ result: ComparedRuns) -> Table {
    var table = Table([
      .init("matrix"), .init("first"), .init("second"), .init("k", isNumeric: true),
      .init("left", isNumeric: true), .init("right", isNumeric: true),
      .init("left_expected", isNumeric: true), .init("right_expected", isNumeric: true),
      .init("left_null", isNumeric: true), .init("right_null", isNumeric: true),
    ])
    for comparison in result.matrices {
      for pair in comparison.pairs {
        for overlap in pair.overlaps {
          table.append([
            .text(comparison.measures.first?.name), .text(pair.first), .text(pair.second),
            .count(overlap.rank), .number(overlap.left), .number(overlap.right),
            .number(overlap.leftExpected), .number(overlap.rightExpected),
            .number(overlap.leftNull?.mean), .number(overlap.rightNull?.mean),
          ])
        }
      }
    }
    return table
  }

  /// One row a matrix and run: `runs.csv`.
  public static func matrices(_ result: ComparedRuns) -> Table {
    var table = Table(
      [.init("run"), .init("name"), .init("layer", isNumeric: true), .init("module")]
        + Measure.allCases.map { .init($0.rawValue.replacing(".", with: "_"), isNumeric: true) })
    for comparison in result.matrices {
      for (run, measures) in zip(comparison.runs, comparison.measures) {
        var cells: [Table.Cell] = [
          .text(run), .text(measures.name), .count(measures.layer), .text(measures.module),
        ]
        cells += Measure.allCases.map { .number(measures[$0]) }
        table.append(cells)
      }
    }
    return table
  }
}
