import Foundation
import Mustache

extension ReportPage {
  /// One self-contained page: styles, scripts and data inlined, every text escaped.
  ///
  /// - Throws: ``ReportError/missingVega(path:)``.
  public func html() throws -> String {
    let template = try MustacheTemplate(string: PageTemplate.html)
    var library = MustacheLibrary()
    library.register(template, named: "page")
    let context = Context(
      title: title, style: PageTemplate.style, vega: try VegaLibrary.script(),
      script: PageTemplate.script, headlines: headlines.map(HeadlineContext.init),
      sections: try sections.map(SectionContext.init))
    return library.render(context, withTemplate: "page") ?? ""
  }

  private struct Context {
    let title: String
    let style: String
    let vega: String
    let script: String
    let headlines: [HeadlineContext]
    let sections: [SectionContext]
  }

  private struct HeadlineContext {
    let text: String
    let className: String

    init(_ headline: Headline) {
      text = headline.text
      className = headline.isFound ? "found" : "none"
    }
  }

  private struct SectionContext {
    let id: String
    let title: String
    let lead: String
    let blocks: [BlockContext]

    init(_ section: Section) throws {
      id = section.id
      title = section.title
      lead = section.lead
      blocks = try section.blocks.map(BlockContext.init)
    }
  }

  private struct BlockContext {
    var chart: ChartContext?
    var table: TableContext?
    var text: String?
    var examples: [ExampleContext]?
    var definitions: [DefinitionContext]?

    init(_ block: Block) throws {
      switch block {
      case .chart(let chart): self.chart = try ChartContext(chart)
      case .table(let title, let name, let table):
        self.table = TableContext(title: title, name: name, table)
      case .text(let text): self.text = text
      case .examples(let examples): self.examples = examples.map(ExampleContext.init)
      case .definitions(let terms): self.definitions = terms.map(DefinitionContext.init)
      }
    }
  }

  private struct ChartContext {
    let id: String
    let title: String
    let caption: String
    let spec: String
    let table: TableContext

    init(_ chart: Chart) throws {
      id = chart.id
      title = chart.title
      caption = chart.caption
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      // Inside a script element: no text may close it or open a comment.
      spec = String(decoding: try encoder.encode(chart.vega), as: UTF8.self)
        .replacing("<", with: "\\u003c").replacing("&", with: "\\u0026")
      table = TableContext(title: chart.title, name: chart.id, chart.table)
    }
  }

  private struct TableContext {
    let title: String
    let name: String
    let heads: [CellContext]
    let rows: [RowContext]
    let csv: String

    init(title: String, name: String, _ table: Table) {
      self.title = title
      self.name = name
      heads = table.columns.map { CellContext(text: $0.name, isNumeric: $0.isNumeric) }
      rows = table.rows.map { row in
        RowContext(
          cells: zip(row, table.columns).map {
            CellContext(text: $0.shown, isNumeric: $1.isNumeric)
          })
      }
      csv = "data:text/csv;base64," + Data(table.csv.utf8).base64EncodedString()
    }
  }

  private struct RowContext { let cells: [CellContext] }
  private struct CellContext {
    let text: String
    let isNumeric: Bool
  }

  private struct ExampleContext {
    let heading: String
    let prompt: String
    let before: [TokenContext]
    let after: [TokenContext]

    init(_ example: Example) {
      heading = example.heading
      prompt = example.prompt
      before = example.before.map(TokenContext.init)
      after = example.after.map(TokenContext.init)
    }
  }

  private struct TokenContext {
    let text: String
    let title: String
    let shade: String

    init(_ token: Example.Token) {
      text = token.text
      title = token.logProbability.map { String(format: "%.2f nats", $0) } ?? ""
      // Five steps from certain to unlikely.
      let level = token.logProbability.map { min(4, max(0, Int(-$0 / 1.2))) } ?? 0
      shade = "p\(level)"
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
