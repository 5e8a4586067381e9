extension Table {
  /// Aligned columns for a terminal, two spaces apart.
  public var text: String {
    let shown = rows.map { $0.map(\.shown) }
    let widths = columns.indices.map { index in
      max(columns[index].name.count, shown.map { $0[index].count }.max() ?? 0)
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
    return ([columns.map(\.name)] + shown).map(line).joined(separator: "\n")
  }

  /// Comma-separated values (RFC 4180), numbers in full.
  public var csv: String {
    func quoted(_ text: String) -> String {
      text.contains(where: { ",\"\n\r".contains($0) })
        ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    let head = columns.map { quoted($0.name) }
    let lines = rows.map { $0.map { quoted($0.written) } }
    return ([head] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A Markdown table.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let rule = columns.map { $0.isNumeric ? "---:" : "---" }
    return ([columns.map(\.name), rule] + rows.map { $0.map(\.shown) }).map(line)
      .joined(separator: "\n")
  }
}
