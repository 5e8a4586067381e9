extension Chart {
  func lines(
    _ x: String, _ y: String, _ series: String, _ low: String?, _ high: String?, _ xTitle: String,
    _ yTitle: String, data: String, isLogarithmic: Bool
  ) -> [String: VegaSpec] {
    let xField = Self.field("x", x)
    let kind: [String: VegaSpec] = isLogarithmic ? ["type": "log", "base": 2] : ["type": "linear"]
    let across: [String: VegaSpec] = [
      "name": "x", "zero": false, "domain": Self.domain([x]), "range": "width", "nice": false,
    ]
    let colour = Self.field("colour", series)
    var layers: [VegaSpec] = []
    if let low, let high {
      layers.append([
        "type": "area", "from": ["data": "part"],
        "encode": [
          "update": [
            "x": xField, "y": Self.field("y", low), "y2": Self.field("y", high), "fill": colour,
            "fillOpacity": ["value": 0.15],
            "defined": ["signal": .string("isValid(datum['\(low)'])")],
          ]
        ],
      ])
    }
    layers.append([
      "type": "line", "from": ["data": "part"],
      "encode": [
        "update": [
          "x": xField, "y": Self.field("y", y), "stroke": colour,
          "strokeDash": Self.field("dash", series), "strokeWidth": ["value": 2],
          "defined": ["signal": .string("isValid(datum['\(y)'])")],
        ]
      ],
    ])
    layers.append([
      "type": "symbol", "from": ["data": "part"],
      "encode": [
        "update": [
          "x": xField, "y": Self.field("y", y), "fill": colour,
          "shape": Self.field("shape", series), "size": ["value": 36], "tooltip": tooltip,
          "opacity": ["signal": .string("isValid(datum['\(y)']) ? 1 : 0")],
        ]
      ],
    ])
    return [
      "scales": [
        .object(across.merging(kind) { $1 }),
        [
          "name": "y", "type": "linear", "zero": false, "nice": true,
          "domain": Self.domain([y, low, high], data: data), "range": [["signal": "height"], 0],
        ],
      ],
      "axes": [
        Self.axis("x", "bottom", xTitle).adding(
          "tickMinStep", ["layer", "step"].contains(xTitle) ? 1 : 0),
        Self.axis("y", "left", yTitle, grid: true),
      ],
      "marks": [
        [
          "type": "group",
          "from": [
            "facet": ["name": "part", "data": .string(data), "groupby": .string(series)]
          ],
          "marks": .array(layers),
        ]
      ],
    ]
  }

  func stripes(
    _ x: String, _ y: String, _ xTitle: String, _ yTitle: String, data: String
  ) -> [String: VegaSpec] {
    [
      "scales": [
        [
          "name": "x", "type": "linear", "zero": false, "nice": false,
          "domain": Self.domain([x], data: data), "range": "width",
        ],
        [
          "name": "y", "type": "linear", "domain": Self.domain([y]), "nice": true,
          "range": [["signal": "height"], 0],
        ],
      ],
      "axes": [
        Self.axis("x", "bottom", xTitle), Self.axis("y", "left", yTitle).adding("tickCount", 2),
      ],
      "marks": [
        [
          "type": "rule", "from": ["data": .string(data)],
          "encode": [
            "update": [
              "x": Self.field("x", x), "y": Self.field("y", y),
              "y2": ["scale": "y", "value": 0], "stroke": ["value": "#0072B2"],
              "strokeWidth": ["value": 1.5], "tooltip": tooltip,
            ]
          ],
        ]
      ],
    ]
  }
}
