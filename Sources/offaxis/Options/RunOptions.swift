import ArgumentParser
import Experiments
import Foundation

/// Flags of every experiment command that do not change a number.
struct RunOptions: ParsableArguments {
  @Option(help: "Run directory: plan, results, tables, page. An interrupted run goes on.")
  var run: String?

  @Option(help: "Take the plan from a file that --print-plan wrote.")
  var plan: String?

  @Flag(help: "Print the plan that would run, and stop.")
  var printPlan = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads must be at least 1, found \(threads)") }
  }

  var runURL: URL? { run.map { URL(fileURLWithPath: $0) } }

  /// The plan of the file, or of the command line.
  func resolve<P: Plan>(_ fromFlags: () throws -> P) throws -> P {
    try PlanSource.plan(from: plan, allowing: ["--run"], fromFlags)
  }
}
