extension Chart {
  func intervals(
    _ category: String, _ value: String, _ low: String, _ high: String, _ series: String,
    _ title: String, _ reference: Double?
  ) -> VegaSpec {
    let colour = Self.field("colour", series)
    // One line of its own for each series.
    let step = max(30, Double(distinct(series)) * 9 + 8)
    let place: VegaSpec = [
      "scale": "y", "field": .string(category),
      "offset": ["scale": "offset", "field": .string(series)],
    ]
    func symbol(at field: String, _ more: [String: VegaSpec]) -> VegaSpec {
      let common: [String: VegaSpec] = [
        "x": Self.field("x", field), "y": place, "size": ["value": 60], "tooltip": tooltip,
      ]
      return [
        "type": "symbol", "from": ["data": "table"],
        "encode": ["update": .object(common.merging(more) { $1 })],
      ]
    }
    // A row without interval shows its dot only.
    let seen: VegaSpec = ["signal": .string("isValid(datum['\(low)']) ? 1 : 0")]
    let cap: [String: VegaSpec] = [
      "shape": "stroke".asValue, "angle": ["value": 90], "stroke": colour,
      "strokeWidth": ["value": 2], "opacity": seen,
    ]
    let line: VegaSpec? = reference.map { reference in
      [
        "type": "rule",
        "encode": [
          "update": [
            "x": ["scale": "x", "value": .number(reference)], "y": ["value": 0],
            "y2": ["signal": "height"], "stroke": ["value": "#888888"],
            "strokeDash": ["value": [3, 3]],
          ]
        ],
      ]
    }
    return top([
      "height": .number(Double(max(distinct(category), 1)) * step),
      "scales": .array(
        seriesScales(series) + [
          [
            "name": "x", "type": "linear", "zero": true, "nice": true,
            "domain": Self.domain([value, low, high]), "range": "width",
          ],
          [
            "name": "y", "type": "point", "domain": Self.domain([category]), "range": "height",
            "padding": 0.6,
          ],
          [
            "name": "offset", "type": "point", "domain": Self.domain([series]),
            "range": [.number(8 - step / 2), .number(step / 2 - 8)],
          ],
        ]),
      "axes": [Self.axis("x", "bottom", title, grid: true), Self.axis("y", "left", "")],
      "legends": .array(seriesLegend(series)),
      "marks": .array(
        [line].compactMap { $0 } + [
          [
            "type": "rule", "from": ["data": "table"],
            "encode": [
              "update": [
                "x": Self.field("x", low), "x2": Self.field("x", high), "y": place,
                "stroke": colour, "strokeWidth": ["value": 2], "opacity": seen,
              ]
            ],
          ],
          symbol(at: low, cap), symbol(at: high, cap),
          symbol(at: value, ["fill": colour, "shape": Self.field("shape", series)]),
        ]),
    ])
  }
}
