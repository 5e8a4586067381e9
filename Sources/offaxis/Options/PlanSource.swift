import ArgumentParser
import Experiments
import Foundation

/// A plan comes from flags or from a file, never from both.
enum PlanSource {
  /// Options that change no number and may stand beside `--plan`.
  private static let options: Set<String> = ["--plan", "--threads"]
  /// Flags of the same kind.
  private static let flags: Set<String> = ["--print-plan", "--json"]

  /// The plan of a file, or of the command line.
  ///
  /// `allowing` and `flags` name further options and flags that may stand beside `--plan`.
  static func plan<P: Plan>(
    from file: String?, allowing: Set<String>, flags more: Set<String> = [],
    _ fromFlags: () throws -> P
  ) throws -> P {
    guard let file else {
      let made = try fromFlags()
      do {
        try made.validate()
      } catch let error as ExperimentError {
        throw ValidationError("\(error)")
      }
      return made
    }
    let arguments = Array(CommandLine.arguments.dropFirst(2))
    var index = 0
    while index < arguments.count {
      let name = String(arguments[index].prefix { $0 != "=" })
      let isOption = options.union(allowing).contains(name)
      guard isOption || flags.union(more).contains(name) else {
        throw ValidationError(
          "\(arguments[index]) cannot stand beside --plan: the file says everything that changes "
            + "a number; edit the file, or give flags without --plan")
      }
      index += isOption && !arguments[index].contains("=") ? 2 : 1
    }
    return try PlanFile<P>(contentsOf: URL(fileURLWithPath: file)).plan
  }
}
