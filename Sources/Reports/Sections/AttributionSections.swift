import Experiments

/// What a page shows of an attribution.
enum AttributionSections {
  static func sections(of result: AttributionResult) -> [ReportPage.Section] {
    var blocks: [ReportPage.Block] = [
      .text(
        "First-order attribution along the path from base to tuned: how much of the change of a "
          + "score falls to each part. It has no matched control, so it shows where to look; claims "
          + "rest on offaxis ablate."),
      .table(
        title: "Do the attributions add up, and do exact edits agree?", name: "completeness",
        AttributionTables.completeness(result)),
      .chart(
        Chart(
          id: "attributions-layers", title: "The change of each score, layer by layer.",
          caption:
            "Nats, means over prompts; bands are 95 % intervals over prompts and leave out the "
            + "error of the first order. The layers' “all”, with “rest” and “unselected” in the table "
            + "below, add up to the whole change.",
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
            caption: "Nats that each matrix's part is attributed.",
            table: matrices(of: result, ability.name),
            form: .heatMap(
              x: "module", y: "layer", value: "nats", mark: nil, unit: "nats",
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
        lead: AttributionTables.agreement(result), blocks: blocks)
    ]
  }

  private static func layers(of result: AttributionResult) -> Table {
    var table = Table([
      .init("layer", isNumeric: true), .init("nats", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true), .init("component"),
      .init("ability"),
    ])
    for row in result.attributions where row.by == "layer" {
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
    ])
    for row in result.attributions
    where row.by == "matrix" && row.ability == ability && row.component != "all" {
      table.append([
        .text(row.layers), .text(row.modules), .text(row.component), .number(row.value.value),
      ])
    }
    return table
  }
}
