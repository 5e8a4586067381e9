import Foundation
import JSON

/// The parsed and checked header of a safetensors file.
///
/// At least as strict as the reference reader (safetensors 0.8): duplicate keys of any kind and
/// unknown fields are refused too.
struct SafetensorsHeader: Sendable {
  /// A tensor and where its bytes lie in the file.
  struct Entry: Sendable {
    let info: TensorInfo
    let bytes: Range<Int>
  }

  /// `__metadata__`, in order.
  let metadata: [(key: String, value: String)]
  /// Tensors in the order of their data.
  let entries: [Entry]

  static let maximumBytes: UInt64 = 100_000_000
  private static let maximumDimensions = 8

  /// Reads and checks the header of a file.
  ///
  /// - Throws: ``CheckpointError/invalidSafetensors(path:tensor:rule:)``.
  init(of file: MappedFile) throws {
    func fail(_ rule: SafetensorsRule, _ tensor: String? = nil) -> CheckpointError {
      .invalidSafetensors(path: file.url.path, tensor: tensor, rule: rule)
    }
    guard file.count >= 8 else { throw fail(.fileTooSmall(bytes: file.count)) }
    let length = try file.withBytes(0..<8) {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length <= Self.maximumBytes else { throw fail(.headerTooLarge(bytes: length)) }
    guard length <= UInt64(file.count - 8) else {
      throw fail(.headerBeyondFile(header: length, file: file.count))
    }
    let dataStart = 8 + Int(length)
    let json = try file.withBytes(8..<dataStart) { bytes -> JSONValue in
      guard bytes.first == UInt8(ascii: "{") else { throw fail(.headerStart) }
      do {
        return try JSONParser.parse(bytes)
      } catch {
        throw fail(.invalidJSON("\(error)"))
      }
    }
    guard let object = json.object else { throw fail(.notAnObject(found: json.kind)) }
    var metadata: [(key: String, value: String)] = []
    var entries: [Entry] = []
    for (key, value) in object.members {
      let name = key.string
      if name == "__metadata__" {
        metadata = try Self.metadata(value, fail)
      } else {
        do {
          entries.append(try Self.entry(name, value, dataStart: dataStart))
        } catch let broken as Broken {
          throw fail(broken.rule, name)
        }
      }
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    var next = dataStart
    for entry in entries {
      guard entry.bytes.lowerBound == next else {
        throw fail(
          .gap(expected: next - dataStart, found: entry.bytes.lowerBound - dataStart),
          entry.info.name)
      }
      next = entry.bytes.upperBound
    }
    guard next == file.count else { throw fail(.wrongLength(expected: next, found: file.count)) }
    self.metadata = metadata
    self.entries = entries
  }

  private struct Broken: Error {
    let rule: SafetensorsRule
  }

  private static func metadata(
    _ value: JSONValue, _ fail: (SafetensorsRule, String?) -> CheckpointError
  ) throws -> [(key: String, value: String)] {
    if value.isNull { return [] }
    guard let object = value.object else { throw fail(.invalidMetadata(value.kind), nil) }
    return try object.members.map { key, value in
      guard let text = value.string else {
        throw fail(.invalidMetadata("\"\(key.string)\": \(value.kind)"), nil)
      }
      return (key.string, text)
    }
  }

  private static func entry(_ name: String, _ value: JSONValue, dataStart: Int) throws -> Entry {
    guard let object = value.object else { throw Broken(rule: .notAnObject(found: value.kind)) }
    for key in object.keys where !["dtype", "shape", "data_offsets"].contains(key.string) {
      throw Broken(rule: .unknownField(key.string))
    }
    func field(_ name: String) throws -> JSONValue {
      guard let value = object[UTF8Text(name)] else { throw Broken(rule: .missingField(name)) }
      return value
    }
    func sizes(_ name: String) throws -> [Int] {
      let value = try field(name)
      guard let elements = value.array else {
        throw Broken(rule: .invalidField(name, found: value.kind))
      }
      return try elements.map { element in
        guard case .number(let number) = element, let size = number.int, number.text.first != "-"
        else {
          throw Broken(
            rule: .invalidField(name, found: "a list with \(element.kind) that is no size"))
        }
        return size
      }
    }
    let written = try field("dtype")
    guard let code = written.string else {
      throw Broken(rule: .invalidField("dtype", found: written.kind))
    }
    guard let dtype = DType(rawValue: code) else { throw Broken(rule: .unsupportedDType(code)) }
    let shape = try sizes("shape")
    guard shape.count <= maximumDimensions else {
      throw Broken(rule: .tooManyDimensions(shape.count))
    }
    var bytes = dtype.byteCount
    for size in shape {
      let (product, overflows) = bytes.multipliedReportingOverflow(by: size)
      if overflows { throw Broken(rule: .sizeOverflow) }
      bytes = product
    }
    let offsets = try sizes("data_offsets")
    guard offsets.count == 2 else {
      throw Broken(rule: .invalidField("data_offsets", found: "\(offsets.count) numbers"))
    }
    guard offsets[0] <= offsets[1] else { throw Broken(rule: .offsetsReversed) }
    guard offsets[1] - offsets[0] == bytes else {
      throw Broken(rule: .wrongSize(expected: bytes, found: offsets[1] - offsets[0]))
    }
    let (end, overflows) = offsets[1].addingReportingOverflow(dataStart)
    if overflows { throw Broken(rule: .sizeOverflow) }
    return Entry(
      info: TensorInfo(name: name, dtype: dtype, shape: shape),
      bytes: dataStart + offsets[0]..<end)
  }
}
