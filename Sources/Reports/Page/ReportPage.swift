/// A report as values: what every format writes.
public struct ReportPage: Sendable {
  /// The heading.
  public var title: String
  /// One sentence a line: what the numbers support.
  public var headlines: [Headline]
  /// The parts, in order.
  public var sections: [Section]

  /// A sentence of the first screen.
  public struct Headline: Sendable, Equatable {
    /// Whether something was found.
    public let isFound: Bool
    /// The sentence.
    public let text: String
  }

  /// A part of the page.
  public struct Section: Sendable {
    /// Unique on the page; the anchor.
    public let id: String
    /// The heading.
    public let title: String
    /// What is shown, in a sentence or two.
    public let lead: String
    /// Its contents.
    public var blocks: [Block]
  }

  /// Contents of a section.
  public enum Block: Sendable {
    /// A picture with its table.
    case chart(Chart)
    /// A table on its own.
    case table(title: String, name: String, Table)
    /// A paragraph.
    case text(String)
    /// Prompts with the answers before and after an edit.
    case examples([Example])
    /// Terms and their definitions.
    case definitions([(term: String, meaning: String)])
  }

  /// A prompt whose answer an edit changes.
  public struct Example: Sendable {
    /// The edit and the ability.
    public let heading: String
    /// The prompt.
    public let prompt: String
    /// The answer before.
    public let before: [Token]
    /// The answer after.
    public let after: [Token]

    /// A piece of an answer with its log-probability in nats, where known.
    public struct Token: Sendable {
      public let text: String
      public let logProbability: Double?
    }
  }

  /// All charts and tables under the names of their CSV files.
  public var tables: [(name: String, table: Table)] {
    sections.flatMap(\.blocks).compactMap { block in
      switch block {
      case .chart(let chart): (chart.id, chart.table)
      case .table(_, let name, let table): (name, table)
      default: nil
      }
    }
  }
}
