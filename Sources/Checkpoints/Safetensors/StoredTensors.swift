import Foundation
import JSON

/// Tensors whose stored bytes can be seen: files and shards.
package protocol StoredTensors: TensorSource {
  /// Calls `body` with the stored bytes of a tensor.
  ///
  /// - Throws: ``CheckpointError`` if there is no such tensor or its file changed.
  func withStoredBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result
}

/// Tensors by the bytes of their names: `String` would merge canonically equal ones.
struct TensorDirectory<Value: Sendable>: Sendable {
  /// Descriptions, sorted by name.
  let tensors: [TensorInfo]
  private let values: [UTF8Text: Value]

  /// - Precondition: Names are unique.
  init(_ entries: [(info: TensorInfo, value: Value)]) {
    let keyed = entries.map { (key: UTF8Text($0.info.name), entry: $0) }
    tensors = keyed.sorted { $0.key < $1.key }.map(\.entry.info)
    values = Dictionary(uniqueKeysWithValues: keyed.map { ($0.key, $0.entry.value) })
  }

  subscript(name: String) -> Value? { values[UTF8Text(name)] }
}

extension TensorSource {
  /// Whether a tensor here and one there hold the same: bytes where both are stored in one dtype,
  /// values otherwise (a NaN equals nothing).
  ///
  /// - Throws: ``CheckpointError``.
  package func holdsSame(_ name: String, as other: String, in source: any TensorSource) throws
    -> Bool
  {
    let info = try require(name)
    let second = try source.require(other)
    guard info.shape == second.shape else { return false }
    if info.dtype == second.dtype, let left = self as? any StoredTensors,
      let right = source as? any StoredTensors
    {
      return try left.withStoredBytes(of: name) { first in
        try right.withStoredBytes(of: other) { second in
          first.count == second.count && isEqual(first, second)
        }
      }
    }
    let step = max(1, (1 << 18) / max(1, info.columns))
    for start in stride(from: 0, to: info.rows, by: step) {
      let rows = start..<min(start + step, info.rows)
      let count = rows.count * info.columns
      func part(_ source: any TensorSource, _ name: String) throws -> [Double] {
        try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
          try source.readDouble(
            name, rows: rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
          initialized = count
        }
      }
      if try part(self, name) != part(source, other) { return false }
    }
    return true
  }
}

private func isEqual(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Bool {
  guard let left = first.baseAddress, let right = second.baseAddress else { return true }
  return memcmp(left, right, first.count) == 0
}
