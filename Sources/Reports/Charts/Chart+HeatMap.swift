extension Chart {
  func heatMap(
    _ x: String, _ y: String, _ value: String, _ mark: String?, _ unit: String, _ facet: String?
  ) -> VegaSpec {
    // Differences below five points or five hundredths of a nat stay pale.
    let least = unit == "points" ? 5.0 : 0.05
    let bound = max(table.column(value).compactMap(\.double).map(abs).max() ?? 1, least)
    let colours: VegaSpec = [
      "name": "colour", "type": "linear", "zero": false,
      "domain": [.number(-bound), 0, .number(bound)], "range": ["#b2500f", "#f3f0ea", "#0f5f94"],
    ]
    let legend: VegaSpec = [
      "fill": "colour", "type": "gradient", "title": .string(unit), "orient": "bottom",
      "direction": "horizontal", "gradientLength": 160,
    ]
    return faceted(
      facet, height: Double(distinct(y)) * 28, shared: [colours], legends: [legend]
    ) { data in
      cells(x, y, value, mark, (unit, bound), data: data)
    }
  }

  private func cells(
    _ x: String, _ y: String, _ value: String, _ mark: String?,
    _ unit: (name: String, bound: Double), data: String
  ) -> [String: VegaSpec] {
    let number = "datum['\(value)']"
    let isShare = unit.name == "points"
    // Where a cell is too narrow for its number, the sign of what is large.
    let marked = mark.map { "+ (datum['\($0)'] ? ' ' + datum['\($0)'] : '')" } ?? ""
    let text = """
      (bandwidth('x') < \(isShare ? 48 : 64) \
      ? abs(\(number)) < \(unit.bound * 0.35) ? '' : \(number) < 0 ? '−' : '+' \
      : abs(\(number)) < 0.0001 ? '0' : format(\(number), '\(isShare ? ".1f" : ".2~g")')) \
      \(marked)
      """
    return [
      "scales": [
        [
          "name": "x", "type": "band", "domain": Self.domain([x]), "padding": 0.04,
          "range": [0, ["signal": .string("min(width, \(distinct(x) * 120))")]],
        ],
        [
          "name": "y", "type": "band", "domain": Self.domain([y]), "padding": 0.06,
          "range": [0, ["signal": "height"]],
        ],
      ],
      "axes": [Self.axis("x", "top", x), Self.axis("y", "left", "")],
      "marks": [
        [
          "type": "rect", "from": ["data": .string(data)],
          "encode": [
            "update": [
              "x": Self.field("x", x), "y": Self.field("y", y),
              "width": ["scale": "x", "band": 1], "height": ["scale": "y", "band": 1],
              "fill": Self.field("colour", value), "tooltip": tooltip,
            ]
          ],
        ],
        [
          "type": "text", "from": ["data": .string(data)], "interactive": false,
          "encode": [
            "update": [
              "x": Self.field("x", x, band: 0.5), "y": Self.field("y", y, band: 0.5),
              "text": ["signal": .string(text)], "align": "center".asValue,
              "baseline": "middle".asValue, "fontSize": ["value": 12],
              "fill": [
                ["test": .string("abs(\(number)) > \(unit.bound * 0.6)"), "value": "#ffffff"],
                ["value": "#222222"],
              ],
            ]
          ],
        ],
      ],
    ]
  }

  /// Whether two fit side by side.
  var isNarrow: Bool {
    guard case .heatMap(let x, _, _, _, _, nil) = form else { return false }
    return distinct(x) <= 5
  }
}
