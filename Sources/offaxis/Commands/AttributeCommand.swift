import ArgumentParser
import Experiments
import Foundation
import Reports
import Updates

struct AttributeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract: "Attributes the change of each score to the parts of an update, to first order.",
    discussion: """
      Example:
        offaxis attribute models/base models/rlvr/step-150 --prompts prompts/family \\
          --components pp,po,op,oo --run runs/attribution

      One reverse pass a point of the path from base to tuned covers every matrix and component at \
      once, where `ablate` needs a forward pass for each. The attributions of everything that \
      training changed add up to the change of the score. Some layers are also edited exactly, and \
      the agreement is printed: attributions show where to look, claims rest on `ablate`.
      """)

  @Argument(help: "Directory of the base model.")
  var base: String?

  @Argument(help: "Directory of the tuned model or of a PEFT adapter.")
  var tuned: String?

  @OptionGroup var prompts: PromptOptions

  @Option(
    help: ArgumentHelp(
      "Parts of the update: "
        + Component.names.filter { $0 != "rest" && $0 != "all" }.joined(separator: ", ")
        + ". Default: principal,off-principal.", valueName: "list"))
  var components: String?

  @Option(help: "Points of the path, 1 to 64. Default: 8.")
  var steps: Int?

  @Option(help: "Layers × components that are edited exactly, at least 3. Default: 8.")
  var checks: Int?

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var options: RunOptions

  func run() throws {
    let plan = try options.resolve(makePlan)
    let runner = try AttributionRunner(plan)
    if options.printPlan { return try PlanPrinter.print(runner.resolved) }
    let directory = try RunDirectory.open(options.runURL, for: runner.resolved)
    runner.warnings.forEach(Output.note)
    try runner.run(in: directory, threads: options.threads, progress: TerminalProgress.make())
      .forEach(Output.note)
    let result = try runner.result(of: directory.store)
    if options.runURL != nil { try RunTables.write(directory) }
    if options.json { return try Output.json(result) }
    Output.line(AttributionTables.summary(result).text)
    Output.line()
    Output.line(AttributionTables.completeness(result).text)
    Output.line()
    Output.line(AttributionTables.agreement(result))
    RunHint.print(options.run)
  }

  private func makePlan() throws -> AttributionPlan {
    guard let base, let tuned else {
      throw ValidationError("name the directories of the base and the tuned model")
    }
    var plan = AttributionPlan(base: base, tuned: tuned, prompts: prompts.prompts)
    if let components { plan.components = try Words.components(components) }
    if let steps { plan.steps = steps }
    if let checks { plan.checks = checks }
    plan.selection = try selection.selection()
    plan.rank = try selection.rankRule()
    plan.maskRank = try selection.maskRankRule()
    plan.maskAlpha = selection.alpha
    (plan.limit, plan.sample, plan.seed) = (prompts.limit, prompts.sample, prompts.seed)
    return plan
  }
}
