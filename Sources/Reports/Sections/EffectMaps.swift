import Experiments

/// Heat maps of effects beyond control, by layer and module.
enum EffectMaps {
  static func section(of result: AblationResult) -> ReportPage.Section? {
    let charts = result.abilities.flatMap { ability in
      ScoreMetric.allCases.flatMap { metric in
        let cells = result.effects.filter {
          $0.ability == ability.name && $0.metric == metric && $0.isMapped
        }
        return Layout.all(of: cells).compactMap { chart(cells, $0) }
      }
    }
    guard !charts.isEmpty else { return nil }
    return ReportPage.Section(
      id: "attribution", title: "Where the ability sits",
      lead: "Effect of each edit beyond its energy-matched control. ● marks cells that one half of "
        + "the prompts selected at a false discovery rate of 5 % and the other half confirmed.",
      blocks: charts.map(ReportPage.Block.chart))
  }

  /// Which cuts a map shows, and along which axes.
  private enum Layout: String {
    /// Layers against modules, with whole layers and whole modules at the edges.
    case matrices
    case layers, modules
    case pairs = "layer-pairs"

    var words: String {
      switch self {
      case .matrices: "layer and module"
      case .layers: "layer"
      case .modules: "module"
      case .pairs: "pair of layers"
      }
    }

    var cuts: [Granularity] {
      switch self {
      case .matrices: [.matrix, .layer, .module]
      case .layers: [.layer]
      case .modules: [.module]
      case .pairs: [.layerPairs]
      }
    }

    /// Layers and modules share a map only where single matrices fill it.
    static func all(of cells: [CellEffect]) -> [Layout] {
      let hasMatrices = cells.contains { $0.by == Granularity.matrix.rawValue }
      return hasMatrices ? [.matrices, .pairs] : [.layers, .modules, .pairs]
    }
  }

  private static func chart(_ cells: [CellEffect], _ layout: Layout) -> Chart? {
    let members = layout.cuts.flatMap { cut in cells.filter { $0.by == cut.rawValue } }
    guard let first = members.first else { return nil }
    let scale = first.isShare ? 100.0 : 1
    let across = layout == .modules ? "module" : layout == .pairs ? "layers" : "layer"
    var table = Table([
      .init("edit"), .init("module"), .init(layout == .pairs ? "layers" : "layer"),
      .init("effect beyond control", isNumeric: true), .init("effect", isNumeric: true),
      .init("energy share", isNumeric: true), .init("q", isNumeric: true), .init("confirmed"),
    ])
    for cell in members {
      let value = cell.against?.value ?? cell.effect.value
      table.append([
        .text("\(cell.operation) \(cell.component)"),
        .text(cell.by == "matrix" || cell.by == "module" ? cell.modules : "all"),
        .text(cell.by == "module" ? "all" : cell.layers),
        .number(value * scale, digits: first.isShare ? 1 : 3),
        .number(cell.effect.value * scale, digits: first.isShare ? 1 : 3),
        .number(cell.energyShare), .number(cell.qValue, digits: 4),
        .text(cell.isConfirmed ? "●" : nil),
      ])
    }
    let isGrid = layout == .matrices
    let edits = Set(table.column("edit").map(\.shown))
    let sole = isGrid && edits.count == 1 ? edits.first.map { ": \($0)" } ?? "" : ""
    return Chart(
      id: "effect-\(first.ability)-\(first.metric.rawValue)-\(layout.rawValue)",
      title: "\(first.ability), \(first.scoreName), by \(layout.words)\(sole).",
      caption: "Negative: the edit costs ability beyond the matched control, in \(first.unit).",
      table: table,
      form: .heatMap(
        x: across, y: isGrid ? "module" : "edit", value: "effect beyond control",
        mark: "confirmed", unit: first.unit, facet: isGrid && edits.count > 1 ? "edit" : nil))
  }
}
