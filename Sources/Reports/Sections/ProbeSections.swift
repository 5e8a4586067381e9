import Experiments
import Probes
import Statistics

/// What a page shows of probes.
enum ProbeSections {
  static func sections(of result: ProbeResult) -> [ReportPage.Section] {
    var curves = Table([
      .init("site", isNumeric: true), .init("score", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true), .init("series"),
      .init("property"),
    ])
    for probe in result.probes {
      guard let layer = layer(probe.site), let metric = main(probe.metrics) else { continue }
      curves.append([
        .count(layer), .number(metric.value), .number(metric.interval?.low),
        .number(metric.interval?.high), .text("reference"), .text(probe.property),
      ])
      if let shuffled = probe.controls?.shuffled?.mean {
        curves.append([
          .count(layer), .number(shuffled), .empty, .empty, .text("shuffled labels"),
          .text(probe.property),
        ])
      }
    }
    let shownEdits = result.transfers.filter { !$0.condition.contains("/layer=") }
    for transfer in shownEdits {
      guard let layer = layer(transfer.site), let metric = main(transfer.transferred) else {
        continue
      }
      curves.append([
        .count(layer), .number(metric.value), .number(metric.interval?.low),
        .number(metric.interval?.high), .text("reference's probe on \(transfer.condition)"),
        .text(transfer.property),
      ])
    }
    var blocks: [ReportPage.Block] = []
    if !curves.rows.isEmpty {
      blocks.append(
        .chart(
          Chart(
            id: "probes", title: "What can be read, layer by layer.",
            caption: "Accuracy or R² on held-out items with 95 % bands; the base's probe applied "
              + "unchanged to other models.", table: curves,
            form: .lines(
              x: "site", y: "score", series: "series", low: "low", high: "high", xTitle: "layer",
              yTitle: "score", facet: "property"))))
    }
    blocks.append(
      .table(title: "Probes", name: "probes", ProbeTables.probes(result.probes)))
    if !result.transfers.isEmpty {
      blocks.append(
        .table(
          title: "Across models and edits", name: "transfers",
          ProbeTables.transfers(result.transfers)))
    }
    if !result.geometry.isEmpty {
      blocks.append(
        .table(
          title: "Directions in singular subspaces", name: "geometry",
          ProbeTables.geometry(result.geometry)))
    }
    blocks.append(
      .table(
        title: "Cosines across sites", name: "cosines", ProbeTables.cosines(result.cosines)))
    return [
      ReportPage.Section(
        id: "probes", title: "Do the directions survive?",
        lead: "kept: the old probe still reads the property; moved: only a retrained one does; "
          + "lost: neither does.", blocks: blocks)
    ]
  }

  private static func main(_ metrics: [ProbeEstimate]) -> ProbeEstimate? {
    metrics[.accuracy] ?? metrics[.rSquared]
  }

  /// The layer of a site's name, `blocks.3.…`.
  private static func layer(_ site: String) -> Int? {
    let parts = site.split(separator: ".")
    return parts.count > 1 && parts[0] == "blocks" ? Int(parts[1]) : nil
  }
}
