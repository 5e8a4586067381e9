import Foundation
import Mustache

extension ReportPage {
  /// One self-contained page: styles, scripts and data inlined, every text escaped.
  ///
  /// - Throws: ``ReportError/missingVega(path:)``.
  public func html() throws -> String {
    var library = MustacheLibrary()
    library.register(try MustacheTemplate(string: PageTemplate.html), named: "page")
    library.register(try MustacheTemplate(string: PageTemplate.table), named: "table")
    let sections = try sections.map(SectionContext.init)
    let context = Context(
      title: title, style: PageTemplate.style, vega: try VegaLibrary.script(),
      script: PageTemplate.script, headlines: headlines.map(HeadlineContext.init),
      contents: ContentsContext.all(of: sections), sections: sections)
    return library.render(context, withTemplate: "page") ?? ""
  }

  private struct Context {
    let title: String
    let style: String
    let vega: String
    let script: String
    let headlines: [HeadlineContext]
    let contents: [ContentsContext]
    let sections: [SectionContext]
  }

  /// The sections of one run, as the contents list them.
  private struct ContentsContext {
    let run: String?
    var sections: [SectionContext]

    static func all(of sections: [SectionContext]) -> [ContentsContext] {
      sections.reduce(into: []) { contents, section in
        if contents.last?.run != section.run || contents.isEmpty {
          contents.append(ContentsContext(run: section.run, sections: []))
        }
        contents[contents.count - 1].sections.append(section)
      }
    }
  }

  private struct HeadlineContext {
    let text: String
    let run: String?
    let className: String

    init(_ headline: Headline) {
      text = headline.text
      run = headline.run
      className = headline.isFound ? "found" : "none"
    }
  }

  private struct SectionContext {
    let id: String
    let title: String
    let run: String?
    let lead: String
    let blocks: [BlockContext]

    init(_ section: Section) throws {
      id = section.id
      run = section.run
      title = section.title
      lead = section.lead
      blocks = try section.blocks.map(BlockContext.init)
    }
  }

  private struct BlockContext {
    var chart: ChartContext?
    var table: TableContext?
    var text: String?
    var shades: [TokenContext]?
    var examples: [ExampleContext]?
    var definitions: [DefinitionContext]?
    var source: SourceContext?

    init(_ block: Block) throws {
      switch block {
      case .chart(let chart): self.chart = try ChartContext(chart)
      case .table(let title, let name, let table):
        self.table = TableContext(title: title, name: name, table)
      case .text(let text): self.text = text
      case .examples(let examples):
        shades = TokenContext.legend
        self.examples = examples.map(ExampleContext.init)
      case .definitions(let terms): self.definitions = terms.map(DefinitionContext.init)
      case .source(let title, let text): source = SourceContext(title: title, text: text)
      }
    }
  }

  private struct ChartContext {
    let id: String
    let title: String
    let caption: String
    let spec: String
    let isNarrow: Bool
    let table: TableContext

    init(_ chart: Chart) throws {
      isNarrow = chart.isNarrow
      id = chart.id
      title = chart.title
      caption = chart.caption
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      // Inside a script element: no text may close it or open a comment.
      spec = String(decoding: try encoder.encode(chart.vega), as: UTF8.self)
        .replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
      table = TableContext(title: "Table", name: chart.id, chart.table, isFolded: true)
    }
  }

  private struct TableContext {
    let title: String
    let name: String
    let count: String
    let isFolded: Bool
    let heads: [CellContext]
    let rows: [RowContext]
    let csv: String

    init(title: String, name: String, _ table: Table, isFolded: Bool = false) {
      let shown = table.shown
      self.title = title
      self.name = name
      count = shown.rows.count == 1 ? "1 row" : "\(shown.rows.count) rows"
      self.isFolded = isFolded || shown.rows.count > Self.longest
      heads = shown.columns.map { CellContext(text: $0.name, isNumeric: $0.isNumeric) }
      rows = shown.rows.map { row in
        RowContext(
          cells: zip(row, shown.columns).map { CellContext(text: $0, isNumeric: $1.isNumeric) })
      }
      csv = "data:text/csv;base64," + Data(table.csv.utf8).base64EncodedString()
    }

    /// Rows that a page shows without being asked.
    private static let longest = 24
  }

  private struct SourceContext {
    let title: String
    let text: String
  }

  private struct RowContext { let cells: [CellContext] }
  private struct CellContext {
    let text: String
    let isNumeric: Bool
  }

  private struct ExampleContext {
    let heading: String
    let prompt: String
    let answers: [AnswerContext]
    let table: TableContext?

    init(_ example: Example) {
      heading = example.heading
      prompt = example.prompt
      answers = [example.before, example.after].map(AnswerContext.init)
      let tokens = example.table
      table =
        tokens.rows.isEmpty
        ? nil
        : TableContext(
          title: "Tokens of the right answer", name: "tokens", tokens, isFolded: true)
    }
  }

  private struct AnswerContext {
    let label: String
    let text: String?
    let tokens: [TokenContext]
    let hasTokens: Bool

    init(_ answer: Example.Answer) {
      label = answer.label
      text = answer.text
      tokens = answer.tokens.map(TokenContext.init)
      hasTokens = !tokens.isEmpty
    }
  }

  private struct TokenContext {
    let text: String
    let title: String
    let shade: String

    init(_ token: Example.Token) {
      text = token.text
      title = String(format: "%.2f nats", token.logProbability)
      shade = "p\(Self.bounds.count { token.logProbability < $0 })"
    }

    private init(text: String, level: Int) {
      (self.text, title, shade) = (text, "", "p\(level)")
    }

    /// Log-probabilities in nats that part five shades, from likely to unlikely.
    private static let bounds = [-0.5, -1, -2, -4]

    /// One text a shade.
    static let legend = (0...bounds.count).map { level in
      let (high, low) = (level > 0 ? bounds[level - 1] : 0, bounds.dropFirst(level).first)
      let range =
        low.map { String(format: "%g to %g", high, $0) } ?? "below \(String(format: "%g", high))"
      return TokenContext(text: range.replacing("-", with: "−"), level: level)
    }
  }

  private struct DefinitionContext {
    let term: String
    let meaning: String

    init(_ pair: (term: String, meaning: String)) {
      term = pair.term
      meaning = pair.meaning
    }
  }
}
