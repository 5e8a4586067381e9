import ArgumentParser
import Experiments
import Foundation
import Reports

struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Follows an update along training.",
    discussion: """
      Example:
        offaxis track models/base models/rlvr/step-* --run runs/track
        offaxis track models/base models/rlvr/step-* --extrapolate-to 300 --out guess

      Steps are read from directory names and put in natural order. With --scores (CSV: step,score) \
      partial least squares on u₁(t) is tested against random walks and permutations.
      """)

  @Argument(help: "Directory of the base model.")
  var base: String?

  @Argument(help: "Checkpoints: step-N, checkpoint-N, global_step_N, ...")
  var steps: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Option(help: "CSV file with the columns step and score.")
  var scores: String?

  @Option(help: "Draws of the regression's nulls. Default: 100.")
  var nullSeeds: Int?

  @Option(help: "Seed of the nulls.")
  var seed: UInt64?

  @Option(help: "Write the rank-1 update extrapolated to this step as a checkpoint.")
  var extrapolateTo: Int?

  @Flag(help: "Write the control instead: the first update, scaled to the last one's norm.")
  var scaleFirst = false

  @Option(help: "Directory of the extrapolated checkpoint; must not exist.")
  var out: String?

  @OptionGroup var options: RunOptions

  func validate() throws {
    if (extrapolateTo != nil || scaleFirst) != (out != nil) {
      throw ValidationError("--out goes with --extrapolate-to STEP or --scale-first")
    }
    if extrapolateTo != nil && scaleFirst {
      throw ValidationError("give one of --extrapolate-to and --scale-first")
    }
  }

  func run() throws {
    let plan = try PlanSource.plan(
      from: options.plan, allowing: ["--run", "--out", "--extrapolate-to"],
      flags: ["--scale-first"],
      makePlan)
    let runner = try TrackRunner(plan)
    if options.printPlan { return try PlanPrinter.print(runner.resolved) }
    runner.warnings.forEach(Output.note)
    if let out {
      let directory = URL(fileURLWithPath: out)
      if let extrapolateTo {
        try runner.extrapolate(to: extrapolateTo, out: directory, threads: options.threads)
      } else {
        try runner.scaleFirst(out: directory)
      }
      return Output.line("wrote \(out)")
    }
    let directory = try RunDirectory.open(options.runURL, for: runner.resolved)
    try runner.run(in: directory, threads: options.threads, progress: TerminalProgress.make())
    let result = try runner.result(of: directory.store)
    if options.runURL != nil { try RunTables.write(directory) }
    if options.json { return try Output.json(result) }
    Output.line(TrackTables.steps(result).text)
    if let regression = result.regression {
      Output.line()
      Output.line(TrackTables.regression(regression).text)
    }
    RunHint.print(options.run)
  }

  private func makePlan() throws -> TrackPlan {
    guard let base else { throw ValidationError("name the directory of the base model") }
    var plan = TrackPlan(base: base, steps: steps, selection: try selection.selection())
    plan.rank = try selection.rankRule()
    plan.scores = scores
    if let nullSeeds { plan.nullSeeds = nullSeeds }
    if let seed { plan.seed = seed }
    return plan
  }
}
