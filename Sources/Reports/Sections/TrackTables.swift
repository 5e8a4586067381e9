import Experiments
import Statistics
import Updates

/// Tables of an update along training.
public enum TrackTables {
  /// One row a step, means over matrices.
  public static func steps(_ result: TrackResult) -> Table {
    let measures: [(Measure, Int)] = [
      (.energyPP, 4), (.energyPO, 4), (.energyOP, 4), (.energyOO, 4), (.stableRank, 2),
      (.sparsity, 3), (.nss, 6), (.maxAngleU, 3), (.maxAngleV, 3),
    ]
    var table = Table(
      [.init("step", isNumeric: true), .init("relative_norm", isNumeric: true)]
        + measures.map { .init($0.0.rawValue, isNumeric: true) } + [
          .init("sigma1", isNumeric: true), .init("cosine_final", isNumeric: true),
          .init("cosine_u1_final", isNumeric: true), .init("cosine_v1_final", isNumeric: true),
          .init("subspace_similarity", isNumeric: true),
        ])
    for step in result.steps {
      var cells: [Table.Cell] = [.count(step.step), .number(step.model.relativeNorm, digits: 5)]
      cells += measures.map { .number(step.model.weighted[$0.0], digits: $0.1) }
      cells += [
        .number(step.sigma1, digits: 4), .number(step.cosineToFinal), .number(step.cosineU1),
        .number(step.cosineV1), .number(step.subspaceSimilarity),
      ]
      table.append(cells)
    }
    return table
  }

  /// One row a matrix and step: `trajectories.csv`.
  public static func matrices(_ result: TrackResult) -> Table {
    var table = Table(
      [
        .init("name"), .init("step", isNumeric: true), .init("sigma1", isNumeric: true),
        .init("cosine_final", isNumeric: true), .init("cosine_u1_final", isNumeric: true),
        .init("cosine_v1_final", isNumeric: true), .init("subspace_similarity", isNumeric: true),
        .init("rank1_coefficient", isNumeric: true),
      ] + Measure.allCases.map { .init($0.rawValue.replacing(".", with: "_"), isNumeric: true) })
    for trajectory in result.matrices {
      for point in trajectory.points {
        var cells: [Table.Cell] = [
          .text(trajectory.name), .count(point.step), .number(point.sigma1),
          .number(point.cosineToFinal), .number(point.cosineU1), .number(point.cosineV1),
          .number(point.subspaceSimilarity), .number(point.rank1Coefficient),
        ]
        cells += Measure.allCases.map { .number(point.measures[$0]) }
        table.append(cells)
      }
    }
    return table
  }

  /// R² of three ways to predict, beside their nulls.
  public static func regression(_ regression: ScoreRegression) -> Table {
    var table = Table([
      .init("R²"), .init("scores", isNumeric: true), .init("random walk", isNumeric: true),
      .init("p random walk", isNumeric: true), .init("permuted", isNumeric: true),
      .init("p permuted", isNumeric: true),
    ])
    let walk = regression.randomWalk
    let permuted = regression.permuted
    table.append([
      .text("in sample"), .number(regression.fit.inSample), .number(walk.inSample.mean),
      .number(walk.inSampleP), .number(permuted.inSample.mean), .number(permuted.inSampleP),
    ])
    table.append([
      .text("leave one out"), .number(regression.fit.leaveOneOut),
      .number(walk.leaveOneOut.mean), .number(walk.leaveOneOutP),
      .number(permuted.leaveOneOut.mean), .number(permuted.leaveOneOutP),
    ])
    table.append([
      .text("forward chained"), .number(regression.fit.forward), .number(walk.forward?.mean),
      .number(walk.forwardP), .number(permuted.forward?.mean), .number(permuted.forwardP),
    ])
    return table
  }
}
