/// A picture and the table it was drawn from.
///
/// Every chart can be read as a table, saved as CSV, and told apart without colour: series differ
/// in dash and shape too.
public struct Chart: Sendable {
  /// Unique on a page, and the name of its CSV file; signs other than letters become dashes.
  public let id: String
  /// What it shows.
  public let title: String
  /// How to read it: axes, bands, marks, in a sentence or two.
  public let caption: String
  /// The data.
  public let table: Table
  /// How it is drawn.
  public let form: Form

  /// A form of chart; strings name columns of the table.
  public enum Form: Sendable {
    /// A coloured cell with its number for each pair of x and y; `mark` holds a sign to write
    /// beside the number.
    case heatMap(
      x: String, y: String, value: String, mark: String?, unit: String, facet: String? = nil)
    /// Values over x, one line a series, with a band from low to high where these are there.
    case lines(
      x: String, y: String, series: String, low: String?, high: String?, xTitle: String,
      yTitle: String, facet: String?, isLogarithmic: Bool = false)
    /// A dot with its interval for each category, one shape a series; a dashed line at the
    /// reference.
    case intervals(
      category: String, value: String, low: String, high: String, series: String,
      valueTitle: String, reference: Double? = nil)
    /// Narrow bars over x, for densities of rows and columns.
    case stripes(x: String, y: String, facet: String, xTitle: String, yTitle: String)
  }

  /// Describes a chart.
  public init(id: String, title: String, caption: String, table: Table, form: Form) {
    self.id = String(id.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" })
    self.title = title
    self.caption = caption
    self.table = table
    self.form = form
  }
}
