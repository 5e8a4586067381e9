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
    /// The run it rests on, where a page holds several that could be meant.
    public var run: String?
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
    /// The run it belongs to, where a page holds several.
    public var run: String?
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
    /// Text as a file holds it, folded away.
    case source(title: String, String)
  }

  /// A prompt whose answer an edit changes.
  public struct Example: Sendable {
    /// The ability, the prompt's id and the edit.
    public let heading: String
    /// The prompt.
    public let prompt: String
    /// The answer before.
    public let before: Answer
    /// The answer after.
    public let after: Answer

    /// What a model answered, and how likely it held the right answer.
    public struct Answer: Sendable {
      /// The model, and whether it was right.
      public let label: String
      /// Its answer, where it was kept.
      public let text: String?
      /// The right answer's tokens.
      public let tokens: [Token]
    }

    /// A piece of the right answer with its log-probability in nats.
    public struct Token: Sendable {
      public let text: String
      public let logProbability: Double
    }

    /// The right answer's tokens, one a row, before and after.
    var table: Table {
      var table = Table([
        .init("token"), .init("before, nats", isNumeric: true),
        .init("after, nats", isNumeric: true), .init("change, nats", isNumeric: true),
      ])
      for (old, new) in zip(before.tokens, after.tokens) {
        table.append([
          .text(old.text), .number(old.logProbability), .number(new.logProbability),
          .number(new.logProbability - old.logProbability),
        ])
      }
      return table
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
