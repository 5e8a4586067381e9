import Architecture
import Checkpoints
import Foundation
import LinearAlgebra

/// Captured activations on disk: one safetensors file a key and site, tensor `{site}` f32
/// [items, width].
public struct ActivationStore: Sendable {
  /// Where the files are.
  public let directory: URL

  /// Uses a directory, which is made when something is saved.
  public init(_ directory: URL) {
    self.directory = directory
  }

  private func file(_ key: String, _ site: Site) throws -> URL {
    guard !key.isEmpty, key.utf8.allSatisfy(Self.isSafe) else {
      throw ProbeError.invalidOption(
        name: "key", expected: "letters, digits, - and _, as in a hash", found: "\"\(key)\"")
    }
    return directory.appending(path: "\(key)-\(site.name).safetensors")
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    let character = Character(UnicodeScalar(byte))
    return byte < 0x80
      && (character.isLetter || character.isNumber || character == "-" || character == "_")
  }

  /// The activations of a key and site, or nil if there are none.
  ///
  /// - Throws: `CheckpointError` for a damaged file, ``ProbeError/shape(what:expected:found:)`` for
  ///   another number of items.
  func load(_ key: String, _ site: Site, items: Int) throws -> Matrix<Float>? {
    let file = try file(key, site)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let matrix = try SafetensorsFile(file).matrix(site.name)
    guard matrix.rows == items else {
      throw ProbeError.shape(what: "items in \(file.path)", expected: items, found: matrix.rows)
    }
    return matrix
  }

  /// Writes activations; the file appears when it is complete.
  func save(_ matrix: Matrix<Float>, _ key: String, _ site: Site) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let source = InMemoryTensors([
      (name: site.name, shape: [matrix.rows, matrix.columns], elements: matrix.elements)
    ])
    try SafetensorsWriter.write(
      source, metadata: [("format", "pt"), ("key", key)], to: try file(key, site))
  }
}
