import Foundation
import TestSupport
import Testing

@Suite("The page")
struct ReportTests {
  @Test("Prompts with markup show as text, and nothing is loaded from elsewhere")
  func escaping() throws {
    let directory = try TemporaryDirectory()
    let prompts = directory.appending("prompts.jsonl")
    let lines = (0..<8).map { number in
      """
      {"id": "\(number)", "ability": "odd <b>ability</b>", "kind": "choice", \
      "prompt": "Q: </script><script>alert(\(number))</script> larger, \(number) or 52? A:", \
      "choices": [" \(number)", " 52"], "answer": \(number % 2)}
      """
    }
    try lines.joined(separator: "\n").write(to: prompts, atomically: true, encoding: .utf8)
    let run = directory.appending("run").path
    let ablation = try Command.run(
      "ablate", "models/base", "models/sft-foreign/step-150", "--prompts", prompts.path,
      "--control-seeds", "2", "--components", "all,principal", "--run", run)
    #expect(ablation.status == 0, "\(ablation.errors)")
    let report = try Command.run("report", run)
    #expect(report.status == 0, "\(report.errors)")
    let page = try String(
      contentsOfFile: report.output.trimmingCharacters(in: .whitespacesAndNewlines),
      encoding: .utf8)
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("<b>ability</b>"))
    for external in ["src=\"http", "href=\"http", "@import", "url(http"] {
      #expect(!page.contains(external), "\(external)")
    }
  }

  @Test(
    "Every chart of every kind of run is drawn, silently and within the page",
    .enabled(if: Browser.isInstalled, "needs Chromium"))
  func drawn() throws {
    let directory = try TemporaryDirectory()
    func run(_ name: String, _ arguments: String...) throws -> String {
      let path = directory.appending(name).path
      let flag = name == "compare" ? "--out" : "--run"
      let result = try Command.run(arguments + [flag, path])
      try #require(result.status == 0, "\(name): \(result.errors)")
      return path
    }
    let (base, tuned) = ("models/base", "models/rlvr/step-150")
    let places = try run(
      "places", "ablate", base, "models/sft-foreign/step-150", "--prompts",
      "prompts/family/recall.jsonl", "--limit", "40", "--by",
      "layer,module,matrix,layers-up,layers-down,layer-pairs", "--modules", "v_proj,down_proj",
      "--components", "all", "--operation", "remove", "--controls", "none")
    let samples = try run(
      "samples", "ablate", base, tuned, "--prompts", "prompts/family", "--limit", "6",
      "--components", "principal", "--operation", "remove", "--control-seeds", "2")
    let attributions = try run(
      "attribution", "attribute", base, tuned, "--prompts", "prompts/family/recall.jsonl",
      "--limit", "6")
    let measures = try run(
      "decompose", "decompose", base, tuned, "--nulls", "norm", "--null-seeds", "2")
    let probes = try run(
      "probe", "probe", base, tuned, "--probes", "probes/family/subject-number.jsonl",
      "--components", "off-principal", "--sample", "60")
    let steps = try run("track", "track", base, "models/rlvr/step-50", "models/rlvr/step-150")
    let sides = try run(
      "compare", "compare", base, "--run", "rlvr=\(tuned)", "--run", "sft=models/sft/step-150")
    let file = directory.appending("report.html")
    let report = try Command.run([
      "report", places, samples, attributions, measures, probes, steps, sides, "--out", file.path,
    ])
    try #require(report.status == 0, "\(report.errors)")
    let page = try String(contentsOf: file, encoding: .utf8)
    let examples = page.components(separatedBy: "<article").dropFirst()
    let areShaded = examples.allSatisfy { $0.contains("class=\"token") }
    let isOfLayer = examples.contains { $0.contains(": remove all, layer ") }
    #expect(areShaded && isOfLayer, "tokens of \(examples.count) flips")
    // Tells how far the page sticks out of the window, or a chart out of its figure.
    try
      (page + """
        <script>addEventListener("load", () => { document.body.dataset.overflow = Math.max(
          ...[document.documentElement, ...document.querySelectorAll(".chart")].map(
            box => box.scrollWidth - box.clientWidth)) })</script>
        """).write(to: file, atomically: true, encoding: .utf8)

    for width in [500, 1200] {
      let shown = try Browser.open(file, width: width)
      #expect(shown.console == [])
      let fits = shown.document.contains("data-overflow=\"0\"")
      #expect(fits, "wider than \(width)")
      let figures = shown.document.components(separatedBy: "<figure").dropFirst()
        .map { $0.components(separatedBy: "</figure>")[0] }
      #expect(figures.count >= 18)
      for figure in figures {
        let title = figure.components(separatedBy: "<strong>").last?.prefix(60) ?? ""
        let drawing = figure.components(separatedBy: "<svg").dropFirst().first ?? ""
        let (isDrawn, isNumeric) = (drawing.contains("role-mark"), !drawing.contains("NaN"))
        let hasFile = figure.contains("download=\"")
        #expect(isDrawn && isNumeric && hasFile, "\(title)")
      }
    }
  }

  @Test("An edited checkpoint is the edit that was scored")
  func edited() throws {
    let directory = try TemporaryDirectory()
    let out = directory.appending("edited").path
    let edit = try Command.run(
      "edit", "models/base", "models/rlvr/step-150", "--remove", "off-principal", "--out", out)
    #expect(edit.status == 0, "\(edit.errors)")
    let again = try Command.run(
      "edit", "models/base", "models/rlvr/step-150", "--remove", "off-principal", "--out", out)
    #expect(again.status == 1)
    let score = try Command.run(
      "score", out, "--prompts", "prompts/family/recall.jsonl", "--limit", "20")
    #expect(score.status == 0)
  }
}
