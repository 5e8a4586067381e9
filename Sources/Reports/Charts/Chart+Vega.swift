extension Chart {
  /// Colours that stay apart without red or green (Okabe & Ito 2008); the page swaps in lighter
  /// ones on dark ground.
  private static let palette: VegaSpec = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6A00",
  ]
  private static let dashes: VegaSpec = [
    [1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 2],
  ]
  private static let shapes: VegaSpec = [
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right",
  ]

  /// The specification; `width` is a signal that the page sets.
  var vega: VegaSpec {
    switch form {
    case .heatMap(let x, let y, let value, let mark, let unit):
      return heatMap(x, y, value, mark, unit)
    case .lines(let x, let y, let series, let low, let high, let xTitle, let yTitle, let facet):
      return faceted(facet, height: 180) {
        lines(x, y, series, low, high, xTitle, yTitle, data: $0)
      }
    case .intervals(let category, let value, let low, let high, let series, let title):
      return intervals(category, value, low, high, series, title)
    case .stripes(let x, let y, let facet, let xTitle, let yTitle):
      return faceted(facet, height: 70) { stripes(x, y, xTitle, yTitle, data: $0) }
    }
  }

  /// Members common to all charts.
  private func top(_ members: [String: VegaSpec]) -> VegaSpec {
    var members = members
    members["$schema"] = "https://vega.github.io/schema/vega/v5.json"
    members["data"] = [["name": "table", "values": table.vegaValues]]
    members["padding"] = 4
    members["autosize"] = ["type": "fit-x", "contains": "padding"]
    return .object(members)
  }

  private static func tooltip(_ columns: [String]) -> VegaSpec {
    let parts = columns.map { "'\($0)': datum['\($0)']" }
    return ["signal": .string("{\(parts.joined(separator: ", "))}")]
  }

  private var tooltip: VegaSpec { Self.tooltip(table.columns.map(\.name)) }

  private static func field(_ scale: String, _ field: String, band: Double? = nil) -> VegaSpec {
    var members: [String: VegaSpec] = ["scale": .string(scale), "field": .string(field)]
    if let band { members["band"] = .number(band) }
    return .object(members)
  }

  private static func domain(_ fields: [String?], data: String = "table") -> VegaSpec {
    let named = fields.compactMap { $0 }.map(VegaSpec.string)
    return ["data": .string(data), "fields": .array(named)]
  }

  private static func axis(
    _ scale: String, _ orient: String, _ title: String, grid: Bool = false
  ) -> VegaSpec {
    [
      "scale": .string(scale), "orient": .string(orient), "title": .string(title),
      "grid": .bool(grid), "labelOverlap": true, "tickCount": 5,
    ]
  }

  // MARK: Forms

  private func heatMap(
    _ x: String, _ y: String, _ value: String, _ mark: String, _ unit: String
  ) -> VegaSpec {
    let count = Set(table.column(y).map(\.shown)).count
    // Differences below five points or five hundredths of a nat stay pale.
    let least = unit == "points" ? 5.0 : 0.05
    let bound = max(table.column(value).compactMap(\.double).map(abs).max() ?? 1, least)
    let cell: VegaSpec = [
      "x": Self.field("x", x), "y": Self.field("y", y),
      "width": ["scale": "x", "band": 1], "height": ["scale": "y", "band": 1],
    ]
    var rectangle = cell.members
    rectangle["fill"] = Self.field("colour", value)
    rectangle["tooltip"] = tooltip
    return top([
      "height": .number(Double(count) * 26),
      "scales": [
        [
          "name": "x", "type": "band", "domain": Self.domain([x]), "range": "width",
          "padding": 0.04,
        ],
        [
          "name": "y", "type": "band", "domain": Self.domain([y]), "range": "height",
          "padding": 0.06,
        ],
        [
          "name": "colour", "type": "linear", "zero": false,
          "domain": [.number(-bound), 0, .number(bound)],
          "range": ["signal": "divergingRange"],
        ],
      ],
      "signals": [["name": "divergingRange", "value": ["#b2500f", "#f3f0ea", "#0f5f94"]]],
      "axes": [Self.axis("x", "top", x), Self.axis("y", "left", y)],
      "legends": [
        [
          "fill": "colour", "type": "gradient", "title": .string(unit), "orient": "bottom",
          "direction": "horizontal", "gradientLength": 160,
        ]
      ],
      "marks": [
        ["type": "rect", "from": ["data": "table"], "encode": ["update": .object(rectangle)]],
        [
          "type": "text", "from": ["data": "table"],
          "encode": [
            "update": [
              "x": Self.field("x", x, band: 0.5), "y": Self.field("y", y, band: 0.5),
              "text": ["field": .string(mark)], "align": "center".asValue,
              "baseline": "middle".asValue, "fontSize": ["value": 11],
              "fill": [
                [
                  "test": .string("abs(datum['\(value)']) > \(bound * 0.6)"),
                  "value": "#ffffff",
                ], ["signal": "cellInk"],
              ],
            ]
          ],
        ],
      ],
    ]).adding(signal: ["name": "cellInk", "value": "#222222"])
  }

  private func lines(
    _ x: String, _ y: String, _ series: String, _ low: String?, _ high: String?, _ xTitle: String,
    _ yTitle: String, data: String
  ) -> [String: VegaSpec] {
    let xField = Self.field("x", x)
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
        [
          "name": "x", "type": "linear", "zero": false, "domain": Self.domain([x]),
          "range": "width", "nice": false,
        ],
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

  private func intervals(
    _ category: String, _ value: String, _ low: String, _ high: String, _ series: String,
    _ title: String
  ) -> VegaSpec {
    let count = Set(table.column(category).map(\.shown)).count
    let colour = Self.field("colour", series)
    let place: VegaSpec = [
      "scale": "y", "field": .string(category),
      "offset": ["scale": "offset", "field": .string(series)],
    ]
    return top([
      "height": .number(Double(max(count, 1)) * 34),
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
            "name": "offset", "type": "point", "domain": Self.domain([series]), "range": [-9, 9],
            "padding": 0.3,
          ],
        ]),
      "axes": [Self.axis("x", "bottom", title, grid: true), Self.axis("y", "left", "")],
      "legends": seriesLegend(series),
      "marks": [
        [
          "type": "rule",
          "encode": [
            "update": [
              "x": ["scale": "x", "value": 0], "y": ["value": 0], "y2": ["signal": "height"],
              "stroke": ["value": "#888888"], "strokeDash": ["value": [3, 3]],
            ]
          ],
        ],
        [
          "type": "rule", "from": ["data": "table"],
          "encode": [
            "update": [
              "x": Self.field("x", low), "x2": Self.field("x", high), "y": place,
              "stroke": colour, "strokeWidth": ["value": 2],
            ]
          ],
        ],
        [
          "type": "symbol", "from": ["data": "table"],
          "encode": [
            "update": [
              "x": Self.field("x", value), "y": place, "fill": colour, "size": ["value": 60],
              "shape": Self.field("shape", series), "tooltip": tooltip,
            ]
          ],
        ],
      ],
    ])
  }

  private func stripes(
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
      "axes": [Self.axis("x", "bottom", xTitle), Self.axis("y", "left", yTitle)],
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

  // MARK: Parts

  private func seriesScales(_ series: String) -> [VegaSpec] {
    [("colour", Self.palette), ("dash", Self.dashes), ("shape", Self.shapes)].map { name, range in
      [
        "name": .string(name), "type": "ordinal", "domain": Self.domain([series]),
        "range": range,
      ]
    }
  }

  private func seriesLegend(_ series: String) -> VegaSpec {
    [
      [
        "fill": "colour", "shape": "shape", "orient": "bottom", "direction": "horizontal",
        "columns": 3, "labelLimit": 260,
      ]
    ]
  }

  /// One panel a value of the facet column, one below the other; a single panel without facet.
  private func faceted(
    _ facet: String?, height: Double, _ panel: (String) -> [String: VegaSpec]
  ) -> VegaSpec {
    let series: String? = if case .lines(_, _, let name, _, _, _, _, _) = form { name } else { nil }
    let shared = series.map(seriesScales) ?? []
    let legends = series.map(seriesLegend) ?? []
    guard let facet else {
      var members = panel("table")
      members["scales"] = .array(shared + (members["scales"]?.elements ?? []))
      members["height"] = .number(height)
      members["legends"] = legends
      return top(members)
    }
    var group = panel("facet")
    group["type"] = "group"
    group["from"] = [
      "facet": ["name": "facet", "data": "table", "groupby": .string(facet)]
    ]
    group["title"] = [
      "text": ["signal": .string("parent['\(facet)']")], "anchor": "start", "fontSize": 12,
      "frame": "group",
    ]
    group["signals"] = [["name": "height", "update": .string("\(height)")]]
    group["encode"] = [
      "update": ["width": ["signal": "width"], "height": .object(["value": .number(height)])]
    ]
    return top([
      "height": .number(height), "scales": .array(shared), "legends": legends,
      "layout": ["columns": 1, "padding": 24, "bounds": "full", "align": "all"],
      "marks": [.object(group)],
    ]).replacing(autosize: "pad")
  }
}

extension VegaSpec {
  fileprivate var members: [String: VegaSpec] {
    if case .object(let members) = self { members } else { [:] }
  }

  fileprivate var elements: [VegaSpec] {
    if case .array(let elements) = self { elements } else { [] }
  }

  fileprivate func adding(_ key: String, _ value: VegaSpec) -> VegaSpec {
    var members = members
    members[key] = value
    return .object(members)
  }

  fileprivate func adding(signal: VegaSpec) -> VegaSpec {
    var members = members
    members["signals"] = .array((members["signals"]?.elements ?? []) + [signal])
    return .object(members)
  }

  fileprivate func replacing(autosize: String) -> VegaSpec {
    var members = members
    members["autosize"] = .string(autosize)
    return .object(members)
  }
}

extension String {
  fileprivate var asValue: VegaSpec { ["value": .string(self)] }
}

extension Table {
  /// The cells of a column.
  func column(_ name: String) -> [Cell] {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
    return rows.map { $0[index] }
  }
}

extension Table.Cell {
  /// The number, if the cell holds one.
  var double: Double? {
    switch self {
    case .number(let value, _): value
    case .count(let count): Double(count)
    default: nil
    }
  }
}
