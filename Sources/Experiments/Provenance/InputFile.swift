import Foundation

/// A file whose bytes decide the numbers of a run.
public struct InputFile: Sendable, Hashable, Codable {
  /// What it is to the plan, for example `base`, `tuned` or `prompts`.
  public let role: String
  /// Its name inside the model directory, or its own name.
  public let name: String
  /// Where it was found; not part of the work's identity.
  public let path: String
  /// Size in bytes.
  public let bytes: Int
  /// SHA-256, hex.
  public let sha256: String

  /// Hashes a file.
  ///
  /// - Throws: ``ExperimentError/unreadable(path:reason:)``.
  public init(role: String, file: URL) throws {
    self.role = role
    self.name = file.lastPathComponent
    self.path = file.path
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    self.bytes = (attributes?[.size] as? NSNumber)?.intValue ?? 0
    self.sha256 = try ContentHash.sha256(of: file)
  }
}
