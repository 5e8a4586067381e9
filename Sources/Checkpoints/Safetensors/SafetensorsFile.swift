import Foundation
import LinearAlgebra

/// One safetensors file, mapped into memory; no tensor is copied that is not asked for.
public final class SafetensorsFile: StoredTensors {
  /// Where it lies.
  public var url: URL { file.url }
  /// `__metadata__`, in order.
  public let metadata: [(key: String, value: String)]
  private let file: MappedFile
  private let places: TensorDirectory<SafetensorsHeader.Entry>

  /// Opens a file and checks its header.
  ///
  /// - Throws: ``CheckpointError``.
  public init(_ url: URL) throws {
    file = try MappedFile(url)
    let header = try SafetensorsHeader(of: file)
    metadata = header.metadata
    places = TensorDirectory(header.entries.map { (info: $0.info, value: $0) })
  }

  /// All tensors, sorted by name.
  public var tensors: [TensorInfo] { places.tensors }

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
