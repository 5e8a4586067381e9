import Foundation

/// Files that are whole or not there: written under a temporary name, then renamed.
public enum AtomicFile {
  /// Writes a text.
  ///
  /// - Throws: ``ExperimentError/unwritable(path:reason:)``.
  public static func write(_ text: String, to file: URL) throws {
    do {
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw ExperimentError.unwritable(path: file.path, reason: error.localizedDescription)
    }
  }
}
