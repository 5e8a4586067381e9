extension ReportPage {
  /// The report as Markdown; charts become their tables.
  public var markdown: String {
    var lines = ["# \(Self.escaped(title))", ""]
    lines += headlines.map { "- \(Self.escaped($0.text))" }
    for section in sections {
      lines += ["", "## \(Self.escaped(section.title))", "", Self.escaped(section.lead)]
      for block in section.blocks { lines += [""] + Self.lines(of: block) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of block: Block) -> [String] {
    switch block {
    case .chart(let chart):
      ["### \(escaped(chart.title))", "", escaped(chart.caption), "", chart.table.markdown]
    case .table(let title, _, let table):
      ["### \(escaped(title))", "", table.markdown]
    case .text(let text):
      [escaped(text)]
    case .examples(let examples):
      examples.flatMap { example in
        [
          "- **\(escaped(example.heading))** \(escaped(example.prompt))",
          "  - before: \(escaped(example.before.map(\.text).joined()))",
          "  - after: \(escaped(example.after.map(\.text).joined()))",
        ]
      }
    case .definitions(let terms):
      terms.map { "- **\(escaped($0.term))**: \(escaped($0.meaning))" }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("<", with: "&lt;").replacing("\n", with: " ")
  }
}
