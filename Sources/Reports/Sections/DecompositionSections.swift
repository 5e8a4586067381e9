import Experiments
import Updates

/// What a page shows of a decomposition.
enum DecompositionSections {
  static func sections(of result: DecompositionResult) -> [ReportPage.Section] {
    [
      energy(result), spectrum(result), shape(result), stripes(result), nulls(result),
      tables(result),
    ]
    .compactMap { $0 }
  }

  private static func energy(_ result: DecompositionResult) -> ReportPage.Section? {
    guard let model = result.model, !result.matrices.isEmpty else { return nil }
    var shares = Table([
      .init("block"), .init("group"), .init("ratio", isNumeric: true),
      .init("null low", isNumeric: true), .init("null high", isNumeric: true),
      .init("share", isNumeric: true), .init("expected", isNumeric: true),
    ])
    for aggregate in [model] + result.groups {
      let members = result.matrices.filter { aggregate.group.contains($0) }
      for block in EnergyBlock.allCases {
        guard let share = aggregate.weighted[block.measure],
          let expected = block.expected(over: members)
        else { continue }
        // Means over matrices are close to normal.
        let null = aggregate.nulls[.norm]?.measures[block.measure]
        let band = null.map {
          ($0.mean - 1.96 * $0.standardDeviation, $0.mean + 1.96 * $0.standardDeviation)
        }
        shares.append([
          .text(block.rawValue), .text(DecompositionTables.label(aggregate.group)),
          .number(share / expected, digits: 2), .number(band.map { $0.0 / expected }, digits: 3),
          .number(band.map { $0.1 / expected }, digits: 3), .number(share, digits: 4),
          .number(expected, digits: 4),
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
          caption: "Share over the share that counting dimensions expects; 1, the dashed line, is "
            + "structureless. Brackets around 1: where 95 % of updates without structure and of equal "
            + "norm lie.",
          table: shares,
          form: .intervals(
            category: "group", value: "ratio", low: "null low", high: "null high",
            series: "block", valueTitle: "share / expected share", reference: 1)))
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
      (.relativeNorm, "relative norm ‖ΔW‖/‖W₀‖"),
      (.sparsity, "sparsity, share unchanged at 10⁻³"),
      (.maxAngleU, "largest left angle, degrees"),
      (.maxAngleV, "largest right angle, degrees"),
      (.nss, "NSS, shift of singular values"), (.stableRank, "stable rank of ΔW"),
      (.rank1Share, "energy in the first triplet of ΔW"),
      (.overlapPrincipal, "changes among W₀'s largest, share"),
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

  /// Bars that a page's width shows apart.
  private static let mostBars = 384

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
      let width = (densities.count - 1) / mostBars + 1
      let name = matrix.layer.map { "layer \($0) \(matrix.module)" } ?? matrix.name
      let place = "\(name), by \(rows ? "row" : "column")\(width > 1 ? ", \(width) a bar" : "")"
      for start in stride(from: 0, to: densities.count, by: width) {
        let bar = densities[start..<min(start + width, densities.count)]
        table.append([
          .count(start), .number(bar.reduce(0, +) / Double(bar.count), digits: 4), .text(place),
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
            caption: "Share of entries that changed, 0 to 1.\(heads)", table: table,
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
        + "cannot_reject marks figures with too few draws for any effect to pass the correction.",
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

extension MeasureAggregate.Group {
  /// Whether a matrix belongs to it.
  fileprivate func contains(_ matrix: MatrixMeasures) -> Bool {
    switch self {
    case .model: true
    case .module(let name): matrix.module == name
    case .layer(let number): matrix.layer == number
    }
  }
}
