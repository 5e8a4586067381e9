import ArgumentParser
import Experiments
import Foundation
import Probes
import Reports

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Trains linear probes and asks whether their directions survive each edit.",
    discussion: """
      Example:
        offaxis probe models/base models/rlvr/step-150 --probes probes/family \\
          --components off-principal --by layer --run runs/probes

      The first model is the reference: its probes are applied unchanged to every other model and \
      edit, beside probes trained there.
      """)

  @Argument(help: "Model directories; the first is the reference.")
  var models: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Probe files or directories of them (*.jsonl).", valueName: "file"))
  var probes: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: "Sites, * for every layer. Default: blocks.*.hook_resid_post.")
  var sites: [String] = []

  @Option(help: "Parts of the update that edits remove or keep. Default: none.")
  var components: String?

  @Option(help: "remove, keep. Default: remove.")
  var operation: String?

  @Option(help: "model, layer. Default: model.")
  var by: String?

  @Option(help: "k of the singular subspaces: 64, 10% or energy:0.9. Default: 10%.")
  var rank: String?

  @Option(help: "Folds of the cross-validation. Default: 5.")
  var folds: Int?

  @Option(help: "Values of C tried inside the folds: 0.001,0.01,0.1,1,10.")
  var penalties: String?

  @Option(help: "The first N items of each property.")
  var limit: Int?

  @Option(help: "A seeded subset of N items of each property.")
  var sample: Int?

  @Option(help: "Seed of folds, controls and bootstraps.")
  var seed: UInt64?

  @OptionGroup var options: RunOptions

  func run() throws {
    let plan = try options.resolve(makePlan)
    let runner = try ProbeRunner(plan)
    if options.printPlan { return try PlanPrinter.print(runner.resolved) }
    let directory = try RunDirectory.open(options.runURL, for: runner.resolved)
    runner.warnings.forEach(Output.note)
    try runner.run(in: directory, threads: options.threads, progress: TerminalProgress.make())
    let result = try runner.result(of: directory.store)
    if options.runURL != nil { try RunTables.write(directory) }
    if options.json { return try Output.json(result) }
    Output.line(ProbeTables.probes(result.probes).text)
    if !result.transfers.isEmpty {
      Output.line()
      Output.line(ProbeTables.transfers(result.transfers).text)
    }
    RunHint.print(options.run)
  }

  private func makePlan() throws -> ProbePlan {
    var plan = ProbePlan(models: models, probes: probes)
    if !sites.isEmpty { plan.sites = sites }
    if let components { plan.components = try Words.components(components) }
    if let operation {
      plan.operations = try Words.list(operation) { try Words.choice($0, what: "operation") }
    }
    if let by { plan.by = try Words.list(by) { try Words.choice($0, what: "cut") } }
    if let rank { plan.rank = try Words.rank(rank) }
    if let folds { plan.folds = folds }
    if let penalties {
      plan.penalties = try Words.list(penalties) { word in
        guard let value = Double(word) else {
          throw ValidationError("--penalties takes numbers, found \"\(word)\"")
        }
        return value
      }
    }
    (plan.limit, plan.sample) = (limit, sample)
    if let seed { plan.seed = seed }
    return plan
  }
}
