import Experiments
import Foundation

/// Tables of an attribution, for terminals, CSV files and pages.
public enum AttributionTables {
  /// The whole update and its layers: one row a part, one column an ability.
  public static func summary(_ result: AttributionResult) -> Table {
    var table = Table(
      [.init("part"), .init("component"), .init("energy", isNumeric: true)]
        + result.abilities.map { .init("\($0.name), nats") })
    let first = result.abilities.first?.name
    let rows = result.attributions.filter {
      $0.ability == first && ["model", "layer", "outside"].contains($0.by)
    }
    for row in rows {
      var cells: [Table.Cell] = [
        .text(part(row, isWhole: !rows.contains { $0.component == "unselected" })),
        .text(row.component),
        .number(row.energyShare),
      ]
      for ability in result.abilities {
        let value = result.attributions.first {
          $0.ability == ability.name && $0.by == row.by && $0.layers == row.layers
            && $0.modules == row.modules && $0.component == row.component
        }?.value
        cells.append(.text(value.map(text) ?? ""))
      }
      table.append(cells)
    }
    return table
  }

  private static func part(_ row: AttributionResult.Attribution, isWhole: Bool) -> String {
    switch row.by {
    case "layer": "layer \(row.layers)"
    case "model": isWhole ? "model" : "selected"
    default: ""
    }
  }

  /// How far the attributions can be trusted, in one sentence: the worst ability's agreement with
  /// exact edits.
  public static func agreement(_ result: AttributionResult) -> String {
    let errors = result.agreement.compactMap(\.relativeError)
    guard let most = errors.max(), let cells = result.agreement.first?.cells.count else {
      return "No exact edit changed a score, so nothing can be compared."
    }
    let percent = String(format: most < 0.1 ? "%.1f" : "%.0f", 100 * most)
    let error =
      "Over \(cells) cell\(cells == 1 ? "" : "s") edited exactly, attributions are off by \(percent) "
      + "% of the mean exact effect on average"
      + (result.abilities.count > 1 ? " in the ability where this is worst" : "")
    let correlations = result.agreement.compactMap(\.spearman)
    guard let least = correlations.min() else {
      return error + "; too few to tell a correlation."
    }
    return error + "; the least rank correlation is \(Table.Cell.number(least, digits: 2).shown)."
  }

  private static func text(_ estimate: Estimate) -> String {
    func shown(_ value: Double) -> String { Table.Cell.number(value).shown }
    return "\(shown(estimate.value)) [\(shown(estimate.low)), \(shown(estimate.high))]"
  }

  /// One row an ability and part: `attributions.csv`.
  public static func attributions(_ rows: [AttributionResult.Attribution]) -> Table {
    var table = Table([
      .init("ability"), .init("by"), .init("layers"), .init("modules"), .init("component"),
      .init("energy_share", isNumeric: true), .init("nats", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true),
      .init("share_of_change", isNumeric: true), .init("share_low", isNumeric: true),
      .init("share_high", isNumeric: true),
    ])
    for row in rows {
      table.append([
        .text(row.ability), .text(row.by), .text(row.layers), .text(row.modules),
        .text(row.component), .number(row.energyShare), .number(row.value.value, digits: 4),
        .number(row.value.low, digits: 4), .number(row.value.high, digits: 4),
        .number(row.shareOfChange?.value), .number(row.shareOfChange?.low),
        .number(row.shareOfChange?.high),
      ])
    }
    return table
  }

  /// One row an ability: `completeness.csv`.
  public static func completeness(_ result: AttributionResult) -> Table {
    var table = Table([
      .init("ability"), .init("score"), .init("prompts", isNumeric: true),
      .init("base", isNumeric: true), .init("tuned", isNumeric: true),
      .init("change", isNumeric: true), .init("low", isNumeric: true, isShown: false),
      .init("high", isNumeric: true, isShown: false), .init("sum_of_attributions", isNumeric: true),
      .init("largest_gap", isNumeric: true), .init("pearson", isNumeric: true, isShown: false),
      .init("spearman", isNumeric: true), .init("relative_error", isNumeric: true),
      .init("cells", isNumeric: true), .init("relative_errors"),
    ])
    for (index, ability) in result.abilities.enumerated() {
      let (sum, agreement) = (result.completeness[index], result.agreement[index])
      table.append([
        .text(ability.name), .text(ability.score), .count(ability.n), .number(ability.base),
        .number(ability.tuned), .number(ability.change.value, digits: 4),
        .number(ability.change.low, digits: 4), .number(ability.change.high, digits: 4),
        .number(sum.sum, digits: 4), .number(sum.largestGap, digits: 4),
        .number(agreement.pearson), .number(agreement.spearman),
        .number(agreement.relativeError), .count(agreement.cells.count),
        .text(
          agreement.relativeErrors.sorted { $0.key < $1.key }.map {
            "\($0.key) \(Table.Cell.number($0.value, digits: 2).shown)"
          }.joined(separator: ", ")),
      ])
    }
    return table
  }

  /// One row an ability and checked cell: `checks.csv`.
  public static func checks(_ result: AttributionResult) -> Table {
    var table = Table([
      .init("ability"), .init("layer", isNumeric: true), .init("component"),
      .init("attribution", isNumeric: true), .init("exact", isNumeric: true),
      .init("removing_costs", isNumeric: true), .init("keeping_adds", isNumeric: true),
    ])
    for agreement in result.agreement {
      for cell in agreement.cells {
        table.append([
          .text(agreement.ability), .count(cell.layer), .text(cell.component),
          .number(cell.attribution, digits: 4), .number(cell.exact, digits: 4),
          .number(cell.removed, digits: 4), .number(cell.kept, digits: 4),
        ])
      }
    }
    return table
  }
}
