import Experiments
import Foundation

/// What a page shows of an attribution.
enum AttributionSections {
  static func sections(of result: AttributionResult) -> [ReportPage.Section] {
    var blocks: [ReportPage.Block] = [
      .text(
        "First-order attribution along the path from base to tuned: how much of the change of a "
          + "score falls to each part. It has no matched control, so it shows where to look; claims "
          + "rest on `offaxis ablate`."),
      .table(
        title: "Do the attributions add up, and do exact edits agree?", name: "completeness",
        AttributionTables.completeness(result)),
      .chart(
        Chart(
          id: "attributions-layers", title: "The change of each score, layer by layer.",
          caption: "Nats, means over prompts with 95 % intervals, each on its own; parts of all "
            + "layers and what changed outside the projections add up to the whole change.",
          table: layers(of: result),
          form: .lines(
            x: "layer", y: "nats", series: "component", low: "low", high: "high", xTitle: "layer",
            yTitle: "nats", facet: "ability"))),
    ]
    for ability in result.abilities {
      blocks.append(
        .chart(
          Chart(
            id: "attributions-\(ability.name)",
            title: "\(ability.name): \(ability.score) by layer and module.",
            caption: "Nats that each matrix's part is attributed; • where the interval of that "
              + "cell alone excludes 0.",
            table: matrices(of: result, ability.name),
            form: .heatMap(
              x: "module", y: "layer", value: "nats", mark: "mark", unit: "nats",
              facet: "component"))))
    }
    blocks += [
      .table(
        title: "Exact edits of single layers", name: "checks", AttributionTables.checks(result)),
      .table(
        title: "Attributions", name: "attributions",
        AttributionTables.attributions(result.attributions.filter { $0.by != "matrix" })),
    ]
    return [
      ReportPage.Section(
        id: "attribution", title: "Where does the change of a score come from?",
        lead: lead(of: result), blocks: blocks)
    ]
  }

  /// How far the numbers can be trusted: the worst ability's agreement with exact edits.
  private static func lead(of result: AttributionResult) -> String {
    let correlations = result.agreement.compactMap(\.pearson)
    let errors = result.agreement.compactMap(\.relativeError)
    guard let least = correlations.min(), let most = errors.max(),
      let cells = result.agreement.first?.cells.count
    else { return "No exact edit had an effect that could be compared." }
    return "Over \(cells) cells that were edited exactly, attributions and exact effects correlate "
      + "with at least \(Table.Cell.number(least, digits: 2).shown) in every ability; they differ by "
      + "at most \(String(format: "%.1f", 100 * most)) % of the mean exact effect."
  }

  private static func layers(of result: AttributionResult) -> Table {
    var table = Table([
      .init("layer", isNumeric: true), .init("nats", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true), .init("component"),
      .init("ability"),
    ])
    for row in result.attributions where row.by == "layer" && row.component != "all" {
      table.append([
        .count(Int(row.layers)), .number(row.value.value), .number(row.value.low),
        .number(row.value.high), .text(row.component), .text(row.ability),
      ])
    }
    return table
  }

  private static func matrices(of result: AttributionResult, _ ability: String) -> Table {
    var table = Table([
      .init("layer"), .init("module"), .init("component"), .init("nats", isNumeric: true),
      .init("mark"),
    ])
    for row in result.attributions
    where row.by == "matrix" && row.ability == ability && row.component != "all" {
      table.append([
        .text(row.layers), .text(row.modules), .text(row.component), .number(row.value.value),
        .text(row.value.excludesZero ? "•" : ""),
      ])
    }
    return table
  }
}
