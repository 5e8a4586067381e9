import Experiments
import Updates

/// What a page shows of a decomposition.
enum DecompositionSections {
  static func sections(of result: DecompositionResult) -> [ReportPage.Section] {
    [energy(result), shape(result), stripes(result), nulls(result), tables(result)]
      .compactMap { $0 }
  }

  private static let blocks: [(Measure, String, @Sendable (BlockEnergies) -> Double)] = [
    (.energyPP, "PP, principal", { $0.pp }), (.energyPO, "PO", { $0.po }),
    (.energyOP, "OP", { $0.op }), (.energyOO, "OO, strictly off-principal", { $0.oo }),
  ]

  private static func energy(_ result: DecompositionResult) -> ReportPage.Section? {
    guard let model = result.model, !result.matrices.isEmpty else { return nil }
    var shares = Table([
      .init("block"), .init("group"), .init("ratio", isNumeric: true),
      .init("low", isNumeric: true),
      .init("high", isNumeric: true), .init("share", isNumeric: true),
      .init("expected", isNumeric: true),
    ])
    let groups = [model] + result.groups
    for aggregate in groups {
      for (measure, name, expected) in blocks {
        guard let share = aggregate.weighted[measure],
          let counted = expectation(expected, of: aggregate.group, result.matrices), counted > 0
        else { continue }
        let band = aggregate.nulls[.norm]?.measures[measure]
        shares.append([
          .text(name), .text(DecompositionTables.label(aggregate.group)),
          .number(share / counted, digits: 2), .number((band?.low ?? counted) / counted, digits: 2),
          .number((band?.high ?? counted) / counted, digits: 2), .number(share, digits: 4),
          .number(counted, digits: 4),
        ])
      }
    }
    var curve = Table([
      .init("k", isNumeric: true), .init("series"), .init("principal share", isNumeric: true),
    ])
    for point in meanCurve(result.matrices) {
      curve.append([
        .number(point.fraction * 100, digits: 1), .text("observed"),
        .number(point.share, digits: 4),
      ])
      curve.append([
        .number(point.fraction * 100, digits: 1), .text("expected by counting dimensions"),
        .number(point.expected, digits: 4),
      ])
    }
    var blocks: [ReportPage.Block] = [
      .chart(
        Chart(
          id: "energy", title: "Energy of the four blocks against expectation.",
          caption: "Share over the share that counting dimensions expects; 1 is structureless. The "
            + "line is the norm-matched null's 95 % where one was drawn.", table: shares,
          form: .intervals(
            category: "group", value: "ratio", low: "low", high: "high", series: "block",
            valueTitle: "share / expected share")))
    ]
    if !curve.rows.isEmpty {
      blocks.append(
        .chart(
          Chart(
            id: "energy-curve", title: "Principal share over k.",
            caption: "Mean over matrices, weighted by size; k in percent of min(m, n).",
            table: curve,
            form: .lines(
              x: "k", y: "principal share", series: "series", low: nil, high: nil,
              xTitle: "k, % of min(m, n)", yTitle: "share of energy", facet: nil))))
    }
    return ReportPage.Section(
      id: "energy", title: "Where the update's energy lies",
      lead: "The update in the singular basis of the base: principal and off-principal blocks.",
      blocks: blocks)
  }

  private static func expectation(
    _ block: (BlockEnergies) -> Double, of group: MeasureAggregate.Group,
    _ matrices: [MatrixMeasures]
  ) -> Double? {
    let members = matrices.filter { matrix in
      switch group {
      case .model: true
      case .module(let name): matrix.module == name
      case .layer(let number): matrix.layer == number
      }
    }
    var (sum, total) = (0.0, 0.0)
    for matrix in members {
      guard let expected = matrix.energyExpected else { continue }
      sum += block(expected) * Double(matrix.parameters)
      total += Double(matrix.parameters)
    }
    return total > 0 ? sum / total : nil
  }

  /// Principal share by k as a fraction of min(m, n), over matrices that have the point.
  private static func meanCurve(_ matrices: [MatrixMeasures]) -> [(
    fraction: Double, share: Double, expected: Double
  )] {
    var points: [Int: (share: Double, expected: Double, weight: Double)] = [:]
    for matrix in matrices {
      let full = Double(min(matrix.rows, matrix.columns))
      for point in matrix.energyCurve {
        let key = Int((Double(point.rank) / full * 1000).rounded())
        let weight = Double(matrix.parameters)
        var entry = points[key] ?? (0, 0, 0)
        entry.share += weight * point.shares.pp
        entry.expected += weight * point.expected.pp
        entry.weight += weight
        points[key] = entry
      }
    }
    let largest = points.values.map(\.weight).max() ?? 0
    return points.filter { $0.value.weight > largest / 2 }.sorted { $0.key < $1.key }.map {
      (
        Double($0.key) / 1000, $0.value.share / $0.value.weight,
        $0.value.expected / $0.value.weight
      )
    }
  }

  private static func shape(_ result: DecompositionResult) -> ReportPage.Section? {
    let measures: [(Measure, String)] = [
      (.relativeNorm, "relative norm ‖ΔW‖/‖W₀‖"), (.sparsity, "unchanged in bf16"),
      (.maxAngleU, "largest angle of U, degrees"), (.nss, "NSS"),
      (.stableRank, "stable rank of ΔW"), (.overlapPrincipal, "overlap with principal mask"),
    ]
    var table = Table([
      .init("layer", isNumeric: true), .init("module"), .init("value", isNumeric: true),
      .init("measure"),
    ])
    for (measure, name) in measures {
      for matrix in result.matrices {
        guard let layer = matrix.layer, let value = matrix[measure] else { continue }
        table.append([
          .count(layer), .text(matrix.module), .number(value, digits: 5), .text(name),
        ])
      }
    }
    guard !table.rows.isEmpty else { return nil }
    return ReportPage.Section(
      id: "shape", title: "Size, sparsity, rotation and shape by layer",
      lead: "Angles and NSS grow with the size of an update: compare runs at matched norm only.",
      blocks: [
        .chart(
          Chart(
            id: "shape", title: "Measures by layer and module.", caption: "One panel a measure.",
            table: table,
            form: .lines(
              x: "layer", y: "value", series: "module", low: nil, high: nil, xTitle: "layer",
              yTitle: "", facet: "measure")))
      ])
  }

  /// Row and column densities of the matrices whose rows or columns differ most.
  private static func stripes(_ result: DecompositionResult) -> ReportPage.Section? {
    let ranked = result.matrices
      .filter { !$0.rowDensities.isEmpty }
      .sorted { contrast($0) > contrast($1) }.prefix(4)
    var table = Table([
      .init("index", isNumeric: true), .init("share changed", isNumeric: true), .init("matrix"),
    ])
    for matrix in ranked {
      let rows = (matrix[.rowDensityDeviation] ?? 0) >= (matrix[.columnDensityDeviation] ?? 0)
      let densities = rows ? matrix.rowDensities : matrix.columnDensities
      for (index, density) in densities.enumerated() {
        table.append([
          .count(index), .number(density, digits: 4),
          .text("\(matrix.name), \(rows ? "rows" : "columns")"),
        ])
      }
    }
    guard !table.rows.isEmpty else { return nil }
    let heads = ranked.compactMap(\.heads).first.map { " Heads are \($0.width) wide." } ?? ""
    return ReportPage.Section(
      id: "stripes", title: "Stripes of change",
      lead: "Share of entries that changed, along the rows or columns of the four matrices where "
        + "they differ most.",
      blocks: [
        .chart(
          Chart(
            id: "stripes", title: "Row and column densities.",
            caption: "A bar a row or column.\(heads)", table: table,
            form: .stripes(
              x: "index", y: "share changed", facet: "matrix", xTitle: "index",
              yTitle: "changed")))
      ])
  }

  private static func contrast(_ matrix: MatrixMeasures) -> Double {
    max(matrix[.rowDensityDeviation] ?? 0, matrix[.columnDensityDeviation] ?? 0)
  }

  private static func nulls(_ result: DecompositionResult) -> ReportPage.Section? {
    let table = DecompositionTables.nulls(result.matrices)
    guard !table.rows.isEmpty else { return nil }
    return ReportPage.Section(
      id: "nulls", title: "Against structureless updates",
      lead: "Every measure beside updates without structure, computed on the real base weights. "
        + "`cannot_reject` marks figures with too few draws for any effect to pass the correction.",
      blocks: [.table(title: "Nulls", name: "nulls", table)])
  }

  private static func tables(_ result: DecompositionResult) -> ReportPage.Section? {
    ReportPage.Section(
      id: "measures", title: "Every measure",
      lead: "Parameter-weighted means, then one row a matrix.",
      blocks: [
        .table(title: "Model, modules, layers", name: "groups", DecompositionTables.groups(result)),
        .table(
          title: "Matrices", name: "matrices", DecompositionTables.full(result.matrices)),
        .table(
          title: "Norm weights and biases", name: "vectors",
          DecompositionTables.vectors(result.vectors)),
      ])
  }
}
