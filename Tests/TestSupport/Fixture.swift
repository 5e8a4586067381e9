import Foundation

/// Files under Tests/Fixtures, wherever the package lies.
package enum Fixture {
  /// The place of a file or directory, for example `checkpoints/reference.json`.
  package static func url(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/\(path)").standardizedFileURL
  }
}
