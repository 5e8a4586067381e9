import ArgumentParser
import Evaluation
import Experiments
import Foundation
import Reports

struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Scores the abilities of one model.",
    discussion: """
      Example:
        offaxis score models/rlvr/step-150 --prompts prompts/family --samples scores.jsonl

      Log-likelihoods follow lm-evaluation-harness; prompt files are described in \
      prompts/README.md, scores and intervals in docs/statistics.md.
      """)

  @Argument(help: "Directory of a model or of an adapter.")
  var model: String

  @Option(help: "Directory of the base of an adapter.")
  var base: String?

  @OptionGroup var prompts: PromptOptions

  @Option(help: "Write one line a prompt to this file.")
  var samples: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if prompts.prompts.isEmpty { throw ValidationError("no prompts: --prompts FILE...") }
    if threads < 1 { throw ValidationError("--threads must be at least 1, found \(threads)") }
  }

  func run() throws {
    let checkpoint = try ModelOptions.open(model, base: base)
    let scored = try ModelScores.score(
      checkpoint.model, tokenizerIn: checkpoint.directory,
      prompts: prompts.prompts.map { URL(fileURLWithPath: $0) }, limit: prompts.limit,
      sample: prompts.sample, seed: prompts.seed, keepsTokens: samples != nil, threads: threads)
    scored.warnings.forEach(Output.note)
    if let samples {
      try AtomicFile.write(try scored.sampleLines(), to: URL(fileURLWithPath: samples))
    }
    if json { return try Output.json(scored) }
    Output.line(ScoreTables.table(scored.summaries).text)
  }
}
