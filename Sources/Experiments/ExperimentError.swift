/// Why a plan cannot be run or a run directory cannot be used.
public enum ExperimentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file that cannot be read.
  case unreadable(path: String, reason: String)
  /// A file or directory that cannot be written.
  case unwritable(path: String, reason: String)
  /// A plan file that is not one.
  case invalidPlan(path: String, problem: String)
  /// A plan that asks for something contradictory or empty.
  case contradiction(String)
  /// A run directory that holds other work.
  case otherWork(directory: String, differences: [String])
  /// A directory that is not a run.
  case noRun(directory: String, problem: String)
  /// A run directory that another process writes.
  case busy(directory: String)

  /// One message: what, where, what to try.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason):
      "cannot write \(path): \(reason)"
    case .invalidPlan(let path, let problem):
      "\(path) is not a plan: \(problem); --print-plan writes one"
    case .contradiction(let problem):
      problem
    case .otherWork(let directory, let differences):
      "\(directory) holds a run of other work (\(differences.joined(separator: "; "))): "
        + "choose another --run directory or repeat the command that made it"
    case .noRun(let directory, let problem):
      "\(directory) is no run directory: \(problem)"
    case .busy(let directory):
      "another process is writing \(directory): wait for it, or choose another --run directory"
    }
  }
}
