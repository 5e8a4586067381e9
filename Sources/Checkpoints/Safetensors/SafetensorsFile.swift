import Foundation
import LinearAlgebra

/// One safetensors file, mapped into memory; no tensor is copied that is not asked for.
public final class SafetensorsFile: TensorSource {
  /// Where it lies.
  public var url: URL { file.url }
  /// `__metadata__`, in order.
  public let metadata: [(key: String, value: String)]
  /// All tensors, sorted by name.
  public let tensors: [TensorInfo]
  private let file: MappedFile
  private let places: [String: SafetensorsHeader.Entry]

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``CheckpointError``.
  public init(_ url: URL) throws {
    file = try MappedFile(url)
    let header = try SafetensorsHeader(of: file)
    metadata = header.metadata
    tensors = header.entries.map(\.info).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    places = Dictionary(
      header.entries.map { ($0.info.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func info(_ name: String) -> TensorInfo? { places[name]?.info }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    try withRows(name, rows) { ElementConversion.widen($0, $1, to: destination) }
  }

  public func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    try withRows(name, rows) { ElementConversion.widen($0, $1, to: destination) }
  }

  public func release(_ name: String) {
    if let place = places[name] { file.release(place.bytes) }
  }

  /// Calls `body` with the stored bytes of a tensor.
  ///
  /// - Throws: ``CheckpointError``.
  public func withStoredBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try file.withBytes(place(name).bytes, body)
  }

  private func withRows(
    _ name: String, _ rows: Range<Int>, _ body: (UnsafeRawBufferPointer, DType) throws -> Void
  ) throws {
    let place = try place(name)
    let stride = place.info.columns * place.info.dtype.byteCount
    let start = place.bytes.lowerBound
    precondition(rows.lowerBound >= 0 && rows.upperBound <= place.info.rows)
    try file.withBytes(start + rows.lowerBound * stride..<start + rows.upperBound * stride) {
      try body($0, place.info.dtype)
    }
  }

  private func place(_ name: String) throws -> SafetensorsHeader.Entry {
    guard let place = places[name] else {
      throw CheckpointError.missingTensor(name: name, location: url.path)
    }
    return place
  }
}
