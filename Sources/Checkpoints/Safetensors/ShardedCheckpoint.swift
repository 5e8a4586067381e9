import Foundation
import JSON
import LinearAlgebra

/// Several safetensors files that an index joins into one checkpoint.
public final class ShardedCheckpoint: StoredTensors {
  /// The shards, in the order of their names.
  public let shards: [SafetensorsFile]
  /// What in the index is wrong and changes nothing: a `total_size` that does not add up.
  public let warnings: [String]
  private let places: TensorDirectory<SafetensorsFile>

  /// The index of a model directory.
  public static let indexName = "model.safetensors.index.json"

  /// Opens an index and all its shards.
  ///
  /// - Throws: ``CheckpointError``; file names that leave the directory are refused.
  public init(index url: URL) throws {
    func fail(_ problem: String) -> CheckpointError {
      .invalidIndex(path: url.path, problem: problem)
    }
    let document = try JSONFile.read(url)
    guard let map = document["weight_map"]?.object else {
      throw fail("\"weight_map\" must be an object")
    }
    let directory = url.deletingLastPathComponent()
    var files: [String: SafetensorsFile] = [:]
    var homes: [UTF8Text: SafetensorsFile] = [:]
    for (key, value) in map.members {
      guard let name = value.string else {
        throw fail("tensor \"\(key.string)\": expected a file name, found \(value.kind)")
      }
      guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\\"),
        !name.contains("\0")
      else { throw fail("\"\(name)\" is no plain file name") }
      let file: SafetensorsFile
      if let known = files[name] {
        file = known
      } else {
        file = try SafetensorsFile(directory.appendingPathComponent(name))
        files[name] = file
      }
      guard file.info(key.string) != nil else {
        throw CheckpointError.missingTensor(name: key.string, location: file.url.path)
      }
      homes[key] = file
    }
    guard !files.isEmpty else { throw fail("it names no shard") }
    for file in files.values {
      if let stray = file.tensors.first(where: { homes[UTF8Text($0.name)] !== file }) {
        throw fail(
          "\(file.url.lastPathComponent) holds \"\(stray.name)\", which the index does not place "
            + "there")
      }
    }
    shards = files.sorted { $0.key < $1.key }.map(\.value)
    let entries = shards.flatMap { shard in shard.tensors.map { (info: $0, value: shard) } }
    places = TensorDirectory(entries)
    let size = entries.reduce(0) { $0 + $1.info.byteCount }
    let declared = document["metadata"]?["total_size"]?.int
    warnings =
      declared == nil || declared == size
      ? [] : ["\(url.path): total_size is \(declared ?? 0), the shards hold \(size) bytes"]
  }

  /// All tensors, sorted by name.
  public var tensors: [TensorInfo] { places.tensors }

  public func info(_ name: String) -> TensorInfo? { places[name]?.info(name) }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    try shard(name).read(name, rows: rows, into: destination)
  }

  public func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    try shard(name).readDouble(name, rows: rows, into: destination)
  }

  public func release(_ name: String) { places[name]?.release(name) }

  package func withStoredBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try shard(name).withStoredBytes(of: name, body)
  }

  private func shard(_ name: String) throws -> SafetensorsFile {
    guard let file = places[name] else {
      throw CheckpointError.missingTensor(name: name, location: "the shards")
    }
    return file
  }
}
