import Foundation

/// Rows and named columns: what a terminal prints, a CSV file holds, and a page shows.
public struct Table: Sendable, Equatable {
  /// The value of a cell.
  public enum Cell: Sendable, Equatable {
    /// A word or sentence.
    case text(String)
    /// A number, shown with so many digits behind the point, written to CSV in full.
    case number(Double, digits: Int)
    /// A count.
    case count(Int)
    /// Nothing to show.
    case empty
  }

  /// A column.
  public struct Column: Sendable, Equatable {
    /// Its key in CSV and its head elsewhere.
    public let name: String
    /// Whether it is aligned to the right.
    public let isNumeric: Bool
    /// Whether people see it; CSV files hold every column.
    public let isShown: Bool

    /// Names a column.
    public init(_ name: String, isNumeric: Bool = false, isShown: Bool = true) {
      self.name = name
      self.isNumeric = isNumeric
      self.isShown = isShown
    }
  }

  /// The columns.
  public let columns: [Column]
  /// The rows, one cell a column.
  public private(set) var rows: [[Cell]]

  /// An empty table.
  public init(_ columns: [Column]) {
    self.columns = columns
    self.rows = []
  }

  /// Adds a row; missing cells stay empty.
  public mutating func append(_ cells: [Cell]) {
    let missing = Array(repeating: Cell.empty, count: max(0, columns.count - cells.count))
    rows.append(Array(cells.prefix(columns.count)) + missing)
  }

  /// The columns that people see, and their cells as text.
  var shown: (columns: [Column], rows: [[String]]) {
    let places = columns.indices.filter { columns[$0].isShown }
    return (places.map { columns[$0] }, rows.map { row in places.map { row[$0].shown } })
  }
}

extension Table.Cell {
  /// A number, or nothing.
  public static func number(_ value: Double?, digits: Int = 3) -> Table.Cell {
    value.map { .number($0, digits: digits) } ?? .empty
  }

  /// A word, or nothing.
  public static func text(_ value: String?) -> Table.Cell { value.map(Table.Cell.text) ?? .empty }

  /// A count, or nothing.
  public static func count(_ value: Int?) -> Table.Cell { value.map(Table.Cell.count) ?? .empty }

  /// As people read it.
  public var shown: String {
    switch self {
    case .text(let text): return text
    case .count(let count): return "\(count)"
    case .empty: return ""
    case .number(let value, let digits):
      guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
      if value != 0 && abs(value) < pow(10, -Double(digits)) / 2 {
        return String(format: "%.1e", value)
      }
      return String(format: "%.\(digits)f", value)
    }
  }

  /// As programs read it: shortest text that gives the same number back.
  public var written: String {
    switch self {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .empty: ""
    case .number(let value, _):
      value.isFinite ? "\(value)" : value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    }
  }
}
