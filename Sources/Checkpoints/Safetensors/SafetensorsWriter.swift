import Foundation
import JSON
import LinearAlgebra

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Writes a safetensors file tensor by tensor: under a temporary name, renamed when complete.
///
/// Tensors are sorted as the reference does, by dtype descending and then by name; the header is
/// padded with spaces to a multiple of 8.
public enum SafetensorsWriter {
  /// Writes tensors; `rows` fills a buffer with rows of one of them.
  ///
  /// - Parameters:
  ///   - tensors: Names, dtypes and shapes; values are rounded to their dtype.
  ///   - metadata: `__metadata__`, in order.
  ///   - url: Where; an existing file is replaced only when all is written.
  ///   - rows: As ``TensorSource/read(_:rows:into:)``.
  /// - Throws: ``CheckpointError``; nothing is left behind.
  public static func write(
    _ tensors: [TensorInfo], metadata: [(key: String, value: String)] = [("format", "pt")],
    to url: URL,
    rows: (String, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    try write(tensors, metadata, to: url) { info, output in
      try blocks(of: info, Float.self) { range, buffer in
        try rows(info.name, range, buffer)
        let bytes = ElementConversion.bytes(of: UnsafeBufferPointer(buffer), as: info.dtype)
        try bytes.withUnsafeBytes(output.append)
      }
    }
  }

  /// Writes every tensor of a source as it is stored there, byte by byte if it is a file.
  ///
  /// - Throws: ``CheckpointError``.
  public static func write(
    _ source: some TensorSource, metadata: [(key: String, value: String)] = [("format", "pt")],
    to url: URL
  ) throws {
    try write(source.tensors, metadata, to: url) { info, output in
      if let stored = source as? any StoredTensors {
        try stored.withStoredBytes(of: info.name, output.append)
      } else if info.dtype == .f64 {
        try blocks(of: info, Double.self) { range, buffer in
          try source.readDouble(info.name, rows: range, into: buffer)
          for index in buffer.indices {
            buffer[index] = Double(bitPattern: buffer[index].bitPattern.littleEndian)
          }
          try output.append(UnsafeRawBufferPointer(buffer))
        }
      } else {
        try blocks(of: info, Float.self) { range, buffer in
          try source.read(info.name, rows: range, into: buffer)
          let bytes = ElementConversion.bytes(of: UnsafeBufferPointer(buffer), as: info.dtype)
          try bytes.withUnsafeBytes(output.append)
        }
      }
    }
  }

  /// The temporary file.
  private struct Output {
    let file: UnsafeMutablePointer<FILE>
    let path: String

    var failure: CheckpointError {
      .unwritable(path: path, reason: String(cString: strerror(errno)))
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
      guard fwrite(start, 1, bytes.count, file) == bytes.count else { throw failure }
    }
  }

  private static func write(
    _ tensors: [TensorInfo], _ metadata: [(key: String, value: String)], to url: URL,
    _ put: (TensorInfo, Output) throws -> Void
  ) throws {
    func refuse(_ rule: SafetensorsRule, _ tensor: String? = nil) -> CheckpointError {
      .invalidSafetensors(path: url.path, tensor: tensor, rule: rule)
    }
    var names: Set<UTF8Text> = []
    for info in tensors {
      if info.name == "__metadata__" { throw refuse(.reservedName, info.name) }
      guard names.insert(UTF8Text(info.name)).inserted else {
        throw refuse(.duplicateName, info.name)
      }
    }
    let sorted = tensors.sorted { first, second in
      first.dtype == second.dtype
        ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        : order(first.dtype) > order(second.dtype)
    }
    let head = header(of: sorted, metadata)
    guard head.count - 8 <= Int(SafetensorsHeader.maximumBytes) else {
      throw refuse(.headerTooLarge(bytes: UInt64(head.count - 8)))
    }
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
    func fail() -> CheckpointError {
      .unwritable(path: url.path, reason: String(cString: strerror(errno)))
    }
    guard let file = fopen(temporary.path, "wbx") else { throw fail() }
    let output = Output(file: file, path: url.path)
    var isComplete = false
    defer { if !isComplete { unlink(temporary.path) } }
    do {
      defer { fclose(file) }
      try head.withUnsafeBytes(output.append)
      for info in sorted { try put(info, output) }
      guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw fail() }
    }
    guard rename(temporary.path, url.path) == 0 else { throw fail() }
    isComplete = true
  }

  /// Elements converted at a time.
  private static let blockElements = 1 << 20

  /// Calls `body` with ranges of rows and room for their elements.
  private static func blocks<Scalar>(
    of info: TensorInfo, _ type: Scalar.Type,
    _ body: (Range<Int>, UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) throws {
    guard info.elementCount > 0 else { return }
    let step = max(1, blockElements / info.columns)
    let buffer = UnsafeMutableBufferPointer<Scalar>.allocate(
      capacity: min(step, info.rows) * info.columns)
    defer { buffer.deallocate() }
    for first in stride(from: 0, to: info.rows, by: step) {
      let range = first..<min(first + step, info.rows)
      try body(range, UnsafeMutableBufferPointer(rebasing: buffer[..<(range.count * info.columns)]))
    }
  }

  private static func header(
    of tensors: [TensorInfo], _ metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for info in tensors {
      let end = offset + info.byteCount
      let shape = info.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(info.name)):{\"dtype\":\"\(info.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The place of a dtype in the reference's enumeration.
  private static func order(_ dtype: DType) -> Int {
    switch dtype {
    case .f16: 0
    case .bf16: 1
    case .f32: 2
    case .f64: 3
    }
  }
}
