import ArgumentParser
import Experiments
import Foundation
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the page of one or more runs: charts, tables, what the numbers support.",
    discussion: """
      Example:
        offaxis report runs/rlvr runs/decompose --out report.html

      One file that opens offline. Without --out it is written into the first run directory.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, md, json
  }

  @Argument(help: "Run directories.")
  var runs: [String]

  @Option(help: "html, md or json.")
  var format = Format.html

  @Option(help: "The file to write; - for stdout.")
  var out: String?

  @Option(help: "The page's heading.")
  var title: String?

  func run() throws {
    let directories = try runs.map { try RunDirectory.read(URL(fileURLWithPath: $0)) }
    let page = try ReportBuilder.page(of: directories, title: title)
    let text =
      switch format {
      case .html: try page.html()
      case .md: page.markdown
      case .json: try ReportBuilder.json(of: directories)
      }
    if out == "-" { return Output.line(text) }
    let file =
      out.map { URL(fileURLWithPath: $0) }
      ?? directories[0].url.appendingPathComponent("report.\(format.rawValue)")
    try AtomicFile.write(text, to: file)
    Output.line(file.path)
  }
}
