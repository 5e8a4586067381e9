extension ReportPage {
  /// The report as Markdown; charts become their tables.
  public var markdown: String {
    var lines = ["# \(title.markdownEscaped)", ""]
    lines += headlines.map { headline in
      "- \(headline.run.map { "\($0.markdownEscaped): " } ?? "")\(headline.text.markdownEscaped)"
    }
    for section in sections {
      let run = section.run.map { " (\($0))" } ?? ""
      lines += [
        "", "## \((section.title + run).markdownEscaped)", "", section.lead.markdownEscaped,
      ]
      for block in section.blocks { lines += [""] + Self.lines(of: block) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of block: Block) -> [String] {
    switch block {
    case .chart(let chart):
      return [
        "### \(chart.title.markdownEscaped)", "", chart.caption.markdownEscaped, "",
        chart.table.markdown,
      ]
    case .table(let title, _, let table):
      return ["### \(title.markdownEscaped)", "", table.markdown]
    case .text(let text):
      return [text.markdownEscaped]
    case .examples(let examples):
      return examples.flatMap { example in
        ["- **\(example.heading.markdownEscaped)** \(example.prompt.markdownEscaped)"]
          + [example.before, example.after].map {
            "  - \($0.label.markdownEscaped) \(($0.text ?? "").markdownEscaped)"
          }
      }
    case .definitions(let terms):
      return terms.map { "- **\($0.term.markdownEscaped)**: \($0.meaning.markdownEscaped)" }
    case .source(let title, let text):
      let code = text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
      return ["### \(title.markdownEscaped)", ""] + code
    }
  }
}
