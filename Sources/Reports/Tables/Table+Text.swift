extension Table {
  /// Aligned columns for a terminal, two spaces apart.
  public var text: String {
    let (columns, rows) = shown
    let widths = columns.indices.map { index in
      max(columns[index].name.count, rows.map { $0[index].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (index, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - cell.count)
        let isLast = index == cells.count - 1
        text += columns[index].isNumeric ? padding + cell : isLast ? cell : cell + padding
        if !isLast { text += "  " }
      }
      return text
    }
    return ([columns.map(\.name)] + rows).map(line).joined(separator: "\n")
  }

  /// Comma-separated values (RFC 4180), numbers in full.
  public var csv: String {
    func quoted(_ text: String) -> String {
      text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) })
        ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    let head = columns.map { quoted($0.name) }
    let lines = rows.map { $0.map { quoted($0.written) } }
    return ([head] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A Markdown table.
  public var markdown: String {
    let (columns, rows) = shown
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    func escaped(_ cells: [String]) -> String {
      line(cells.map { $0.markdownEscaped.replacing("|", with: "\\|") })
    }
    let rule = line(columns.map { $0.isNumeric ? "---:" : "---" })
    return ([escaped(columns.map(\.name)), rule] + rows.map(escaped)).joined(separator: "\n")
  }
}

extension String {
  /// On one line, without markup of HTML.
  var markdownEscaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
