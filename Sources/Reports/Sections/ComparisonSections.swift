import Experiments
import Updates

/// What a page shows of runs side by side.
enum ComparisonSections {
  static func sections(of result: ComparedRuns) -> [ReportPage.Section] {
    var energy = Table([
      .init("run"), .init("ratio", isNumeric: true), .init("block"),
      .init("share", isNumeric: true), .init("expected", isNumeric: true),
    ])
    let bases = result.matrices.compactMap(\.measures.first)
    for run in result.runs {
      for block in EnergyBlock.allCases {
        guard let share = run.model.weighted[block.measure],
          let expected = block.expected(over: bases)
        else { continue }
        energy.append([
          .text(run.name), .number(share / expected, digits: 2), .text(block.rawValue),
          .number(share, digits: 4), .number(expected, digits: 4),
        ])
      }
    }
    var overlaps = Table([
      .init("k", isNumeric: true), .init("overlap", isNumeric: true), .init("series"),
      .init("pair"),
    ])
    for (pair, ranks) in meanOverlaps(result) {
      for (rank, overlap) in ranks {
        overlaps.append([
          .count(rank), .number(overlap.observed, digits: 4), .text("observed"), .text(pair),
        ])
        overlaps.append([
          .count(rank), .number(overlap.null, digits: 4), .text("independent updates"),
          .text(pair),
        ])
      }
    }
    var contents: [ReportPage.Block] = [
      .table(title: "Runs", name: "runs", ComparisonTables.runs(result)),
      .chart(
        Chart(
          id: "compare-energy", title: "Energy of the four blocks against expectation, by run.",
          caption: "1, the dashed line, is what a structureless update has.", table: energy,
          form: .intervals(
            category: "run", value: "ratio", low: "ratio", high: "ratio", series: "block",
            valueTitle: "share / expected share", reference: 1))),
      .chart(
        Chart(
          id: "compare-layers", title: "Size, sparsity and rotation by layer, run by run.",
          caption: "Means over the matrices of a layer.", table: byLayer(result),
          form: .lines(
            x: "layer", y: "value", series: "run", low: nil, high: nil, xTitle: "layer",
            yTitle: "", facet: "measure"))),
      .table(title: "Pairs", name: "pairs", ComparisonTables.pairs(result)),
    ]
    if !overlaps.rows.isEmpty {
      contents.append(
        .chart(
          Chart(
            id: "overlaps", title: "Do two runs write into the same directions?",
            caption:
              "Overlap of the k leading right subspaces of two updates, mean over matrices: 1 is "
              + "the same subspace.",
            table: overlaps,
            form: .lines(
              x: "k", y: "overlap", series: "series", low: nil, high: nil, xTitle: "k",
              yTitle: "overlap", facet: "pair", isLogarithmic: true))))
    }
    return [
      ReportPage.Section(
        id: "compare", title: "Runs side by side",
        lead: "Columns at matched norm hold for updates rescaled to the smallest ‖ΔW‖ of each "
          + "matrix, because angles and NSS grow with size.", blocks: contents)
    ]
  }

  /// Measures by layer at matched norm where size matters, means over matrices.
  private static func byLayer(_ result: ComparedRuns) -> Table {
    let measures: [(Measure, String, isMatched: Bool)] = [
      (.relativeNorm, "relative norm ‖ΔW‖/‖W₀‖", false),
      (.sparsity, "sparsity, share unchanged at 10⁻³", false),
      (.nss, "NSS at matched norm", true),
      (.maxAngleU, "left angle at matched norm, degrees", true),
    ]
    var table = Table([
      .init("layer", isNumeric: true), .init("value", isNumeric: true), .init("run"),
      .init("measure"),
    ])
    for (measure, name, isMatched) in measures {
      for (number, run) in result.runs.enumerated() {
        let matrices = result.matrices.compactMap {
          isMatched ? $0.matchedMeasures[number] : $0.measures[number]
        }
        for layer in Set(matrices.compactMap(\.layer)).sorted() {
          let mean = MeasureAggregate(.layer(layer), of: matrices.filter { $0.layer == layer })
          table.append([
            .count(layer), .number(mean.weighted[measure], digits: 5), .text(run.name),
            .text(name),
          ])
        }
      }
    }
    return table
  }

  /// Mean right overlaps by pair and k, and those of matched nulls.
  private static func meanOverlaps(_ result: ComparedRuns) -> [(
    pair: String, ranks: [(Int, (observed: Double, null: Double?))]
  )] {
    guard let first = result.matrices.first else { return [] }
    return first.pairs.indices.map { number in
      let pairs = result.matrices.map { $0.pairs[number] }
      let ranks = Set(pairs.flatMap { $0.overlaps.map(\.rank) }).sorted()
      let means = ranks.map { rank -> (Int, (observed: Double, null: Double?)) in
        let found = pairs.compactMap { pair in pair.overlaps.first { $0.rank == rank } }
        let nulls = found.compactMap { $0.rightNull?.mean }
        let observed = found.map(\.right).reduce(0, +) / Double(max(1, found.count))
        return (
          rank,
          (observed, nulls.isEmpty ? nil : nulls.reduce(0, +) / Double(nulls.count))
        )
      }
      return ("\(first.pairs[number].first) and \(first.pairs[number].second)", means)
    }
  }
}
