import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Testing
import Updates

/// The tiny pair of checkpoints and the reference numbers of tools/fixtures/edits.py.
enum EditFixture {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/edits").standardizedFileURL

  static func pair(base: String = "base", tuned: String = "tuned") throws -> CheckpointPair {
    try .open(base: directory.appending(path: base), tuned: directory.appending(path: tuned))
  }

  /// A rank rule and mask options as in the reference.
  static func edit(
    _ operation: Edit.Operation, _ component: Component, change: (inout Edit) -> Void = { _ in }
  ) -> Edit {
    var edit = Edit(
      operation: operation, component: component, rank: .fraction(0.25), maskRank: .count(3),
      maskAlpha: 0.4)
    change(&edit)
    return edit
  }

  static func tensors(_ edit: Edit, of pair: CheckpointPair) throws -> EditedTensors {
    try EditedTensors(pair: pair, edit: edit, subspaces: SubspaceProvider())
  }

  /// A new directory that is removed at the end of the body.
  static func withTemporaryDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("edits-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try body(directory)
  }

  /// A copy of a fixture checkpoint with changed values.
  static func altered(
    _ kind: String, in directory: URL, _ change: (String, Int, Float) -> Float
  ) throws -> URL {
    let source = Self.directory.appending(path: kind)
    let copy = directory.appending(path: kind)
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: source.appending(path: "config.json"), to: copy.appending(path: "config.json"))
    let file = try SafetensorsFile(source.appending(path: "model.safetensors"))
    try SafetensorsWriter.write(file.tensors, to: copy.appending(path: "model.safetensors")) {
      name, rows, buffer in
      try file.read(name, rows: rows, into: buffer)
      let columns = file.info(name)?.columns ?? 1
      for index in buffer.indices {
        buffer[index] = change(name, rows.lowerBound * columns + index, buffer[index])
      }
    }
    return copy
  }
}

/// The largest |a − b| over two matrices of equal size.
func largestDifference(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Float {
  zip(a.elements, b.elements).map { ($0 - $1).magnitude }.max() ?? 0
}
