import Checkpoints
import Foundation

/// Hashes of the files that a plan reads.
enum ModelInputs {
  /// The files of a pair: those of the base once, then those that only the tuned model has.
  static func files(of pair: CheckpointPair) throws -> [InputFile] {
    try files(of: pair.base, role: "base")
      + pair.tuned.files
      .filter { file in !pair.base.files.contains(file) }
      .map { try InputFile(role: "tuned", file: $0) }
  }

  /// The files of one model.
  static func files(of model: ModelCheckpoint, role: String) throws -> [InputFile] {
    try model.files.map { try InputFile(role: role, file: $0) }
  }

  /// One hash for all bytes of a role: the key of caches.
  static func content(of inputs: [InputFile], role: String) -> String {
    ContentHash.sha256(
      of: inputs.filter { $0.role == role }.map { "\($0.name) \($0.sha256)" }
        .joined(separator: "\n"))
  }
}

/// Directories for results that can be computed again.
public enum CacheDirectory {
  /// `$XDG_CACHE_HOME/offaxis`, else `~/.cache/offaxis`.
  public static var url: URL {
    let environment = ProcessInfo.processInfo.environment
    let root =
      environment["XDG_CACHE_HOME"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: environment["HOME"] ?? NSTemporaryDirectory())
      .appendingPathComponent(".cache")
    return root.appendingPathComponent("offaxis")
  }
}
