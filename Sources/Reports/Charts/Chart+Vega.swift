extension Chart {
  /// Colours that stay apart without red or green (Okabe & Ito 2008); the page swaps in lighter
  /// ones on dark ground.
  private static let palette: VegaSpec = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6A00", "#555555",
  ]
  private static let dashes: VegaSpec = [
    [1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 2],
  ]
  private static let shapes: VegaSpec = [
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right",
    "triangle-left",
  ]

  /// The specification; the page sets `width` and the first signal, `page`, to the width it has.
  var vega: VegaSpec {
    switch form {
    case .heatMap(let x, let y, let value, let mark, let unit, let facet):
      return heatMap(x, y, value, mark, unit, facet)
    case .lines(
      let x, let y, let series, let low, let high, let xTitle, let yTitle, let facet,
      let isLogarithmic):
      return faceted(
        facet, height: 180, shared: seriesScales(series), legends: seriesLegend(series)
      ) { data in
        lines(x, y, series, low, high, xTitle, yTitle, data: data, isLogarithmic: isLogarithmic)
      }
    case .intervals(
      let category, let value, let low, let high, let series, let title, let reference):
      return intervals(category, value, low, high, series, title, reference)
    case .stripes(let x, let y, let facet, let xTitle, let yTitle):
      return faceted(facet, height: 70, columns: 1) { stripes(x, y, xTitle, yTitle, data: $0) }
    }
  }

  /// Members common to all charts.
  func top(_ members: [String: VegaSpec]) -> VegaSpec {
    var members = members
    members["$schema"] = "https://vega.github.io/schema/vega/v5.json"
    members["data"] = [["name": "table", "values": table.vegaValues]]
    members["padding"] = 4
    members["autosize"] = ["type": "fit-x", "contains": "padding"]
    members["signals"] = .array(
      [["name": "page", "value": 800]] + (members["signals"]?.elements ?? []))
    return .object(members)
  }

  static func tooltip(_ columns: [String]) -> VegaSpec {
    let parts = columns.map { "'\($0)': datum['\($0)']" }
    return ["signal": .string("{\(parts.joined(separator: ", "))}")]
  }

  var tooltip: VegaSpec { Self.tooltip(table.columns.map(\.name)) }

  static func field(_ scale: String, _ field: String, band: Double? = nil) -> VegaSpec {
    var members: [String: VegaSpec] = ["scale": .string(scale), "field": .string(field)]
    if let band { members["band"] = .number(band) }
    return .object(members)
  }

  static func domain(_ fields: [String?], data: String = "table") -> VegaSpec {
    let named = fields.compactMap { $0 }.map(VegaSpec.string)
    return ["data": .string(data), "fields": .array(named)]
  }

  static func axis(
    _ scale: String, _ orient: String, _ title: String, grid: Bool = false
  ) -> VegaSpec {
    [
      "scale": .string(scale), "orient": .string(orient), "title": .string(title),
      "grid": .bool(grid), "labelOverlap": true, "tickCount": 5,
    ]
  }

  // MARK: Parts

  func seriesScales(_ series: String) -> [VegaSpec] {
    [("colour", Self.palette), ("dash", Self.dashes), ("shape", Self.shapes)].map { name, range in
      [
        "name": .string(name), "type": "ordinal", "domain": Self.domain([series]),
        "range": range,
      ]
    }
  }

  /// As many columns as fit the width.
  func seriesLegend(_ series: String) -> [VegaSpec] {
    let longest = table.column(series).map(\.shown.count).max() ?? 0
    return [
      [
        "fill": "colour", "shape": "shape", "orient": "bottom", "direction": "horizontal",
        "columns": ["signal": .string("max(1, floor((page - 70) / \(longest * 7 + 36)))")],
      ]
    ]
  }

  /// How many values a column has.
  func distinct(_ column: String) -> Int { Set(table.column(column).map(\.shown)).count }

  /// One panel a value of the facet column; a single panel without facet.
  ///
  /// Panels lie side by side where the page is wide enough.
  func faceted(
    _ facet: String?, height: Double, columns: Int = 2, shared: [VegaSpec] = [],
    legends: [VegaSpec] = [], _ panel: (String) -> [String: VegaSpec]
  ) -> VegaSpec {
    guard let facet else {
      var members = panel("table")
      members["scales"] = .array(shared + (members["scales"]?.elements ?? []))
      members["height"] = .number(height)
      members["legends"] = .array(legends)
      return top(members)
    }
    var group = panel("facet")
    group["type"] = "group"
    group["from"] = [
      "facet": ["name": "facet", "data": "table", "groupby": .string(facet)]
    ]
    group["title"] = [
      "text": ["signal": .string("parent['\(facet)']")], "anchor": "start", "frame": "group",
      "limit": ["signal": "panelWidth"],
    ]
    group["signals"] = [
      ["name": "height", "update": .string("\(height)")],
      ["name": "width", "update": "panelWidth"],
    ]
    group["encode"] = [
      "update": ["width": ["signal": "panelWidth"], "height": ["value": .number(height)]]
    ]
    let most = min(columns, distinct(facet))
    return top([
      "height": .number(height), "scales": .array(shared), "legends": .array(legends),
      "signals": [
        ["name": "columns", "update": .string("page > 640 ? \(most) : 1")],
        // Axes take the rest.
        ["name": "panelWidth", "update": "page / columns - 86"],
      ],
      "layout": [
        "columns": ["signal": "columns"], "padding": 24, "bounds": "full", "align": "all",
      ],
      "marks": [.object(group)],
    ]).adding("autosize", "pad")
  }
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
