import ArgumentParser
import Edits
import Experiments
import Foundation
import Reports
import Updates

struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate",
    abstract: "Removes or keeps parts of an update and scores what is lost, against controls.",
    discussion: """
      Example:
        offaxis ablate models/base models/rlvr/step-150 --prompts prompts/family \\
          --components principal,off-principal,rest --by model,layer --run runs/rlvr

      Remove takes a part out of the tuned model, keep adds it alone to the base. Every edit is \
      compared with controls that change as much in random directions; intervals, false discovery \
      rate and the split of prompts into halves are described in docs/statistics.md. An \
      interrupted run goes on when the same command is given again.
      """)

  @Argument(help: "Directory of the base model.")
  var base: String?

  @Argument(help: "Directory of the tuned model or of a PEFT adapter.")
  var tuned: String?

  @OptionGroup var prompts: PromptOptions

  @Option(
    help: ArgumentHelp(
      "Parts of the update: \(Component.names.joined(separator: ", ")). "
        + "Default: principal,off-principal,rest.", valueName: "list"))
  var components: String?

  @Option(help: "remove, keep. Default: both.")
  var operation: String?

  @Option(
    help: ArgumentHelp(
      "Cuts: \(Granularity.allCases.map(\.rawValue).joined(separator: ", ")). Default: model.",
      valueName: "list"))
  var by: String?

  @Option(
    help: ArgumentHelp(
      "Controls: \(Control.allCases.map(\.rawValue).joined(separator: ", ")), or none. "
        + "Default: random-energy.", valueName: "list"))
  var controls: String?

  @Option(help: "Draws of every random control. Default: 5.")
  var controlSeeds: Int?

  @Flag(help: "Repeat every edit at k/2 and 2k, so that sentences need not name the rank.")
  var rankCheck = false

  @Option(help: "Score edits as this dtype stores them: bf16.")
  var roundEdits: String?

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var edit: EditOptions
  @OptionGroup var options: RunOptions

  func run() throws {
    let plan = try options.resolve(makePlan)
    let runner = try AblationRunner(plan)
    if options.printPlan { return try PlanPrinter.print(runner.resolved) }
    let directory = try RunDirectory.open(options.runURL, for: runner.resolved)
    runner.warnings.forEach(Output.note)
    try runner.run(in: directory, threads: options.threads, progress: TerminalProgress.make())
      .forEach(Output.note)
    let result = try runner.result(of: directory.store)
    if options.runURL != nil { try RunTables.write(directory) }
    if options.json { return try Output.json(result) }
    Output.line(AblationTables.summary(result).text)
    Output.line()
    for finding in result.findings { Output.line("• \(finding.text)") }
    RunHint.print(options.run)
  }

  private func makePlan() throws -> AblationPlan {
    guard let base, let tuned else {
      throw ValidationError("name the directories of the base and the tuned model")
    }
    var plan = AblationPlan(base: base, tuned: tuned, prompts: prompts.prompts)
    if let components { plan.components = try Words.components(components) }
    if let operation {
      plan.operations = try Words.list(operation) { try Words.choice($0, what: "operation") }
    }
    if let by { plan.by = try Words.list(by) { try Words.choice($0, what: "cut") } }
    if controls == "none" {
      plan.controls = []
    } else if let controls {
      plan.controls = try Words.list(controls) { try Words.choice($0, what: "control") }
    }
    if let controlSeeds { plan.controlSeeds = controlSeeds }
    if let roundEdits {
      guard roundEdits == "bf16" else {
        throw ValidationError("--round-edits takes bf16, found \"\(roundEdits)\"")
      }
      plan.roundEdits = true
    }
    plan.rankCheck = rankCheck
    plan.selection = try selection.selection()
    plan.rank = try selection.rankRule()
    plan.maskRank = try selection.maskRankRule()
    plan.maskAlpha = selection.alpha
    if let lambda = edit.lambda { plan.lambda = lambda }
    plan.rescale = edit.rescale
    plan.include = try edit.inclusions()
    (plan.limit, plan.sample, plan.seed) = (prompts.limit, prompts.sample, prompts.seed)
    return plan
  }
}
