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
    guard !tensors.contains(where: { $0.name == "__metadata__" }) else {
      throw CheckpointError.invalidSafetensors(
        path: url.path, tensor: "__metadata__", rule: .reservedName)
    }
    let sorted = tensors.sorted { first, second in
      first.dtype == second.dtype
        ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        : order(first.dtype) > order(second.dtype)
    }
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)")
    func fail() -> CheckpointError {
      .unwritable(path: url.path, reason: String(cString: strerror(errno)))
    }
    guard let file = fopen(temporary.path, "wbx") else { throw fail() }
    var isComplete = false
    defer { if !isComplete { unlink(temporary.path) } }
    do {
      defer { fclose(file) }
      try put(header(of: sorted, metadata), into: file, fail)
      for info in sorted { try put(info, into: file, rows, fail) }
      guard fflush(file) == 0, fsync(fileno(file)) == 0 else { throw fail() }
    }
    guard rename(temporary.path, url.path) == 0 else { throw fail() }
    isComplete = true
  }

  /// Writes every tensor of a source as it is stored there.
  ///
  /// - Throws: ``CheckpointError``.
  public static func write(
    _ source: some TensorSource, metadata: [(key: String, value: String)] = [("format", "pt")],
    to url: URL
  ) throws {
    try write(source.tensors, metadata: metadata, to: url) { name, rows, buffer in
      try source.read(name, rows: rows, into: buffer)
    }
  }

  /// Elements converted at a time.
  private static let blockElements = 1 << 20

  private static func put(
    _ info: TensorInfo, into file: UnsafeMutablePointer<FILE>,
    _ rows: (String, Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void,
    _ fail: () -> CheckpointError
  ) throws {
    guard info.elementCount > 0 else { return }
    let step = max(1, blockElements / max(1, info.columns))
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: min(step, info.rows) * info.columns)
    defer { buffer.deallocate() }
    for first in stride(from: 0, to: info.rows, by: step) {
      let range = first..<min(first + step, info.rows)
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<(range.count * info.columns)])
      try rows(info.name, range, part)
      try put(
        ElementConversion.bytes(of: UnsafeBufferPointer(part), as: info.dtype), into: file, fail)
    }
  }

  private static func put(
    _ bytes: [UInt8], into file: UnsafeMutablePointer<FILE>, _ fail: () -> CheckpointError
  ) throws {
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw fail() }
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
      let end = offset + info.elementCount * info.dtype.byteCount
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
