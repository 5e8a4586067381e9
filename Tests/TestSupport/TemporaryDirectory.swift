import Foundation

/// A directory that is removed with the last reference to it.
package final class TemporaryDirectory: Sendable {
  /// Where it lies.
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "offaxis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// A file or directory in it.
  package func appending(_ path: String) -> URL { url.appending(path: path) }
}
