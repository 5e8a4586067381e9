import Foundation
import JSON

/// JSON files of a model directory.
enum JSONFile {
  /// - Throws: ``CheckpointError``.
  static func read(_ url: URL) throws -> JSONValue {
    let file = try MappedFile(url)
    do {
      return try file.withBytes(0..<file.count) { try JSONParser.parse($0) }
    } catch let error as JSONError {
      throw CheckpointError.invalidConfiguration(path: url.path, problem: "\(error)")
    }
  }
}
