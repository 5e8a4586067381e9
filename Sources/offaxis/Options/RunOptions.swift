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

  /// Flags that may stand beside `--plan`: those that change no number.
  private static let allowedWithPlan: Set<String> = [
    "--plan", "--run", "--print-plan", "--json", "--threads",
  ]

  /// The plan of the file, or of the command line.
  ///
  /// A plan file says everything: flags that would change a number are refused beside it.
  func resolve<P: Plan>(_ fromFlags: () throws -> P) throws -> P {
    guard let plan else {
      let made = try fromFlags()
      do {
        try made.validate()
      } catch let error as ExperimentError {
        throw ValidationError("\(error)")
      }
      return made
    }
    try Self.requireAlone(Array(CommandLine.arguments.dropFirst(2)))
    return try PlanFile<P>(contentsOf: URL(fileURLWithPath: plan)).plan
  }

  private static func requireAlone(_ arguments: [String]) throws {
    var index = 0
    while index < arguments.count {
      let name = String(arguments[index].prefix { $0 != "=" })
      guard allowedWithPlan.contains(name) else {
        throw ValidationError(
          "\(arguments[index]) cannot stand beside --plan: the file says everything that changes "
            + "a number; edit the file, or give flags without --plan")
      }
      let takesValue = !["--json", "--print-plan"].contains(name)
      index += takesValue && !arguments[index].contains("=") ? 2 : 1
    }
  }
}
