import ArgumentParser
import Experiments
import Foundation
import Reports
import Updates

struct DecomposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompose",
    abstract: "Measures an update matrix by matrix, against structureless updates.",
    discussion: """
      Example:
        offaxis decompose models/base models/rlvr/step-150 --nulls norm,density --run runs/measures

      Every key is defined in docs/measures.md.
      """)

  @Argument(help: "Directory of the base model.")
  var base: String?

  @Argument(help: "Directory of the tuned model or of a PEFT adapter.")
  var tuned: String?

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "Measure embedding and unembedding too.")
  var embeddings = false

  @Option(
    help: ArgumentHelp(
      "Measures: \(MeasureGroup.allCases.map(\.rawValue).joined(separator: ", ")), or cheap for "
        + "those without a decomposition of ΔW. Default: all.", valueName: "list"))
  var measures: String?

  @Option(
    help: ArgumentHelp(
      "Structureless updates to compare with: "
        + "\(UpdateNull.allCases.map(\.rawValue).joined(separator: ", ")), or shuffle for all "
        + "three.", valueName: "list"))
  var nulls: String?

  @Option(help: "Draws of every null. Default: 20.")
  var nullSeeds: Int?

  @Option(help: "Seed of the nulls.")
  var seed: UInt64?

  @OptionGroup var options: RunOptions

  func run() throws {
    let plan = try options.resolve(makePlan)
    let runner = try DecompositionRunner(plan)
    if options.printPlan { return try PlanPrinter.print(runner.resolved) }
    let directory = try RunDirectory.open(options.runURL, for: runner.resolved)
    runner.warnings.forEach(Output.note)
    try runner.run(in: directory, threads: options.threads, progress: TerminalProgress.make())
    let result = try runner.result(of: directory.store)
    if options.runURL != nil { try RunTables.write(directory) }
    if options.json { return try Output.json(result) }
    Output.line(DecompositionTables.groups(result).text)
    Output.line()
    Output.line(DecompositionTables.matrices(result.matrices).text)
    RunHint.print(options.run)
  }

  private func makePlan() throws -> DecompositionPlan {
    guard let base, let tuned else {
      throw ValidationError("name the directories of the base and the tuned model")
    }
    var plan = DecompositionPlan(base: base, tuned: tuned, selection: try selection.selection())
    plan.embeddings = embeddings
    plan.rank = try selection.rankRule()
    plan.maskRank = try selection.maskRankRule()
    plan.maskAlpha = selection.alpha
    if measures == "cheap" {
      plan.measures = MeasureGroup.allCases.filter(MeasureGroup.cheap.contains)
    } else if let measures {
      plan.measures = try Words.list(measures) { try Words.choice($0, what: "measure") }
    }
    if let nulls { plan.nulls = try Words.usage { try UpdateNull.parse(list: nulls) } }
    if let nullSeeds { plan.nullSeeds = nullSeeds }
    if let seed { plan.seed = seed }
    return plan
  }
}
