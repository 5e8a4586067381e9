import Experiments
import Foundation

/// Finds the models, prompts and probes that come with OffAxis.
enum EmbeddedFamily {
  /// The directory that holds `models/base`: given, `OFFAXIS_HOME`, the working directory, or one
  /// above the executable.
  static func locate(_ given: String?) throws -> URL {
    let environment = ProcessInfo.processInfo.environment
    var candidates: [URL] = []
    if let named = given ?? environment["OFFAXIS_HOME"] {
      candidates = [URL(fileURLWithPath: named)]
    } else {
      candidates = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
      var above = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      for _ in 0..<6 {
        above.deleteLastPathComponent()
        candidates.append(above)
      }
    }
    for candidate in candidates {
      let config = candidate.appendingPathComponent("models/base/config.json")
      if FileManager.default.fileExists(atPath: config.path) { return candidate }
    }
    throw ExperimentError.unreadable(
      path: candidates.map(\.path).joined(separator: ", "),
      reason: "no models/base there; set OFFAXIS_HOME or --home to the OffAxis repository")
  }
}
