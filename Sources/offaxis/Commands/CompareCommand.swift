import ArgumentParser
import Experiments
import Foundation
import Reports

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Lays runs side by side: RLVR against SFT against LoRA.",
    discussion: """
      Example:
        offaxis compare models/base --run rlvr=models/rlvr/step-150 --run sft=models/sft/step-150 \\
          --run lora=models/lora-rlvr/step-100

      A run with a base of its own: NAME=DIR@BASE. Angles and NSS grow with the size of an update, \
      so the table is printed for updates rescaled to the smallest norm too.
      """)

  @Argument(help: "Directory of the common base.")
  var base: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("A run, any number of times.", valueName: "name=dir[@base]"))
  var runs: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Option(help: "Draws of the matched nulls of every pair. Default: 5.")
  var nullSeeds: Int?

  @Option(help: "Seed of the nulls.")
  var seed: UInt64?

  @Option(help: "Run directory: plan, results, tables, page.")
  var out: String?

  @Option(help: "Take the plan from a file that --print-plan wrote.")
  var plan: String?

  @Flag(help: "Print the plan that would run, and stop.")
  var printPlan = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func run() throws {
    let plan = try PlanSource.plan(from: plan, allowing: ["--out"], makePlan)
    let runner = try ComparisonRunner(plan)
    if printPlan { return try PlanPrinter.print(runner.resolved) }
    let directory = try RunDirectory.open(
      out.map { URL(fileURLWithPath: $0) }, for: runner.resolved)
    runner.warnings.forEach(Output.note)
    try runner.run(in: directory, threads: max(1, threads), progress: TerminalProgress.make())
    let result = try runner.result(of: directory.store)
    if out != nil { try RunTables.write(directory) }
    if json { return try Output.json(result) }
    Output.line(ComparisonTables.runs(result).text)
    Output.line()
    Output.line(ComparisonTables.pairs(result).text)
    RunHint.print(out)
  }

  private func makePlan() throws -> ComparisonPlan {
    guard let base else { throw ValidationError("name the directory of the common base") }
    var plan = ComparisonPlan(base: base, runs: try runs.map(Self.run))
    plan.selection = try selection.selection()
    plan.rank = try selection.rankRule()
    plan.maskRank = try selection.maskRankRule()
    plan.maskAlpha = selection.alpha
    if let nullSeeds { plan.nullSeeds = nullSeeds }
    if let seed { plan.seed = seed }
    return plan
  }

  private static func run(_ text: String) throws -> ComparisonPlan.Run {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValidationError("--run takes NAME=DIR or NAME=DIR@BASE, found \"\(text)\"")
    }
    let places = parts[1].split(separator: "@", maxSplits: 1).map(String.init)
    return ComparisonPlan.Run(
      name: parts[0], tuned: places[0], base: places.count > 1 ? places[1] : nil)
  }
}
