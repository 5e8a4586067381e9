import Experiments
import Updates

/// What a page shows of runs side by side.
enum ComparisonSections {
  static func sections(of result: ComparedRuns) -> [ReportPage.Section] {
    var energy = Table([
      .init("run"), .init("share / expected", isNumeric: true), .init("low", isNumeric: true),
      .init("high", isNumeric: true), .init("block"),
    ])
    let blocks: [(Measure, String, (BlockEnergies) -> Double)] = [
      (.energyPP, "PP, principal", { $0.pp }), (.energyPO, "PO", { $0.po }),
      (.energyOP, "OP", { $0.op }), (.energyOO, "OO", { $0.oo }),
    ]
    for run in result.runs {
      for (measure, name, expected) in blocks {
        guard let share = run.model.weighted[measure],
          let counted = expectation(expected, result)
        else { continue }
        let ratio = Table.Cell.number(share / counted, digits: 2)
        energy.append([.text(run.name), ratio, ratio, ratio, .text(name)])
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
          caption: "1 is what a structureless update has.", table: energy,
          form: .intervals(
            category: "run", value: "share / expected", low: "low", high: "high", series: "block",
            valueTitle: "share / expected share"))),
      .table(title: "Pairs", name: "pairs", ComparisonTables.pairs(result)),
    ]
    if !overlaps.rows.isEmpty {
      contents.append(
        .chart(
          Chart(
            id: "overlaps", title: "Do two runs write into the same directions?",
            caption: "Overlap of the k leading right subspaces of two updates, mean over matrices.",
            table: overlaps,
            form: .lines(
              x: "k", y: "overlap", series: "series", low: nil, high: nil, xTitle: "k",
              yTitle: "overlap", facet: "pair"))))
    }
    return [
      ReportPage.Section(
        id: "compare", title: "Runs side by side",
        lead: "Columns at matched norm hold for updates rescaled to the smallest ‖ΔW‖ of each "
          + "matrix, because angles and NSS grow with size.", blocks: contents)
    ]
  }

  private static func expectation(
    _ block: (BlockEnergies) -> Double, _ result: ComparedRuns
  ) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for comparison in result.matrices {
      guard let measures = comparison.measures.first, let expected = measures.energyExpected else {
        continue
      }
      sum += block(expected) * Double(measures.parameters)
      total += Double(measures.parameters)
    }
    return total > 0 && sum > 0 ? sum / total : nil
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
