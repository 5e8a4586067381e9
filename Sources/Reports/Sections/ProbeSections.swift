import Experiments
import Probes
import Statistics

/// What a page shows of probes.
enum ProbeSections {
  static func sections(of result: ProbeResult) -> [ReportPage.Section] {
    let curves = curves(of: result)
    var blocks: [ReportPage.Block] = []
    if !curves.rows.isEmpty {
      blocks.append(
        .chart(
          Chart(
            id: "probe-curves", title: "What can be read, layer by layer.",
            caption: "Accuracy or R² on held-out items with 95 % bands: the reference's probe on "
              + "the reference and, unchanged, on other models and edits; new probes trained there.",
            table: curves,
            form: .lines(
              x: "layer", y: "score", series: "probe", low: "low", high: "high", xTitle: "layer",
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

  /// Scores over layers, by property and place in the layer.
  private static func curves(of result: ProbeResult) -> Table {
    var table = Table([
      .init("layer", isNumeric: true), .init("score", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true), .init("probe"),
      .init("property"),
    ])
    let hooks = Set(result.probes.compactMap { place($0.site)?.hook })
    func append(
      _ probe: String, _ property: String, _ site: String, _ metric: ProbeEstimate?,
      value: Double? = nil, hasBand: Bool = true
    ) {
      guard let metric, let place = place(site) else { return }
      let band = hasBand ? metric.interval : nil
      let score = metric.metric == .rSquared ? "R²" : metric.metric.rawValue
      table.append([
        .count(place.layer), .number(value ?? metric.value), .number(band?.low),
        .number(band?.high), .text(probe),
        .text("\(property), \(score)\(hooks.count > 1 ? ", \(place.hook)" : "")"),
      ])
    }
    for probe in result.probes {
      let metric = main(probe.metrics)
      append("reference", probe.property, probe.site, metric)
      if let shuffled = probe.controls?.shuffled {
        append(
          "shuffled labels", probe.property, probe.site, metric, value: shuffled.mean,
          hasBand: false)
      }
    }
    let whole = result.transfers.filter {
      !$0.condition.contains("=") || $0.condition.contains("/model=")
    }
    for transfer in whole {
      let condition = transfer.condition.replacing("/model=all", with: "").replacing("/", with: " ")
      let (property, site) = (transfer.property, transfer.site)
      append("unchanged on \(condition)", property, site, main(transfer.transferred))
      // A second band would hide the first.
      append("new on \(condition)", property, site, main(transfer.retrained), hasBand: false)
    }
    return table
  }

  private static func main(_ metrics: [ProbeEstimate]) -> ProbeEstimate? {
    metrics[.accuracy] ?? metrics[.rSquared]
  }

  /// Layer and hook of a site's name, `blocks.3.hook_resid_post`.
  private static func place(_ site: String) -> (layer: Int, hook: String)? {
    let parts = site.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "blocks", let layer = Int(parts[1]) else { return nil }
    return (layer, String(parts[2]))
  }
}
