import Experiments
import Statistics
import Updates

/// What a page shows of an update along training.
enum TrackSections {
  static func sections(of result: TrackResult) -> [ReportPage.Section] {
    var directions = Table([
      .init("step", isNumeric: true), .init("cosine", isNumeric: true), .init("series"),
    ])
    var energy = Table([
      .init("step", isNumeric: true), .init("share", isNumeric: true), .init("block"),
    ])
    var size = Table([
      .init("step", isNumeric: true), .init("value", isNumeric: true), .init("series"),
      .init("measure"),
    ])
    for step in result.steps {
      let figures = [
        ("cosine of ΔW", step.cosineToFinal), ("cosine of u₁", step.cosineU1),
        ("cosine of v₁", step.cosineV1), ("overlap of 16 right vectors", step.subspaceSimilarity),
      ]
      for (name, value) in figures {
        directions.append([.count(step.step), .number(value), .text(name)])
      }
      for block in EnergyBlock.allCases {
        energy.append([
          .count(step.step), .number(step.model.weighted[block.measure], digits: 4),
          .text(block.rawValue),
        ])
      }
      let sizes: [(String, Double?)] = [
        ("relative norm ‖ΔW‖/‖W₀‖", step.model.relativeNorm),
        ("sparsity, share unchanged at 10⁻³", step.model.weighted[.sparsity]),
        ("NSS, shift of singular values", step.model.weighted[.nss]),
        ("largest left angle, degrees", step.model.weighted[.maxAngleU]),
      ]
      for (name, value) in sizes {
        size.append([
          .count(step.step), .number(value, digits: 5), .text("mean over matrices"), .text(name),
        ])
      }
    }
    var blocks: [ReportPage.Block] = [
      .chart(
        Chart(
          id: "track-directions", title: "How early the final direction is there.",
          caption: "Cosine, or similarity of subspaces, of each step with the last one.",
          table: directions,
          form: .lines(
            x: "step", y: "cosine", series: "series", low: nil, high: nil, xTitle: "step",
            yTitle: "similarity", facet: nil))),
      .chart(
        Chart(
          id: "track-energy", title: "Energy of the four blocks along training.",
          caption: "Shares of ‖ΔW‖², weighted by size.", table: energy,
          form: .lines(
            x: "step", y: "share", series: "block", low: nil, high: nil, xTitle: "step",
            yTitle: "share of energy", facet: nil))),
      .chart(
        Chart(
          id: "track-size", title: "Size, sparsity and rotation along training.",
          caption: "One panel a measure, weighted by size.", table: size,
          form: .lines(
            x: "step", y: "value", series: "series", low: nil, high: nil, xTitle: "step",
            yTitle: "", facet: "measure"))),
      .table(title: "Steps", name: "steps", TrackTables.steps(result)),
    ]
    if let regression = result.regression {
      blocks.append(
        .table(
          title: "Scores predicted from directions, against nulls", name: "regression",
          TrackTables.regression(regression)))
    }
    return [
      ReportPage.Section(
        id: "track", title: "Along training",
        lead: "Means over matrices. In-sample fits on few steps are high on pure noise: read the "
          + "nulls beside them.", blocks: blocks)
    ]
  }
}
