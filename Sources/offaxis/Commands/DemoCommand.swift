import ArgumentParser
import Experiments
import Foundation
import Reports

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Tells the whole story on the embedded model family, in about a minute.",
    discussion: """
      Example:
        offaxis demo

      Decomposes the RLVR update, compares it with SFT and LoRA, removes its parts layer by layer \
      against controls, attributes the change of its score, probes, follows it along training, and \
      writes one report.
      """)

  @Option(help: "Where runs and report are written. Default: a directory in the temporary one.")
  var out: String?

  @Option(help: "Where models/, prompts/ and probes/ lie. Default: OFFAXIS_HOME, else found.")
  var home: String?

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func run() throws {
    let directory =
      out.map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("offaxis-demo")
    let story = DemoStory(
      home: try EmbeddedFamily.locate(home), out: directory, threads: threads,
      progress: TerminalProgress.make(), say: Output.line)
    let page = try story.run()
    Output.line(
      """

      the report: \(page.path)

      try next:
        offaxis score models/rlvr/step-150 --prompts prompts/family
        offaxis edit models/base models/rlvr/step-150 --remove off-principal --out edited
        offaxis ablate models/base models/sft/step-150 --prompts prompts/family --by layer
      """)
  }
}
