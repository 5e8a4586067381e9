/// Byte strings to look for, all at once: leftmost first, longest among those.
struct TokenTrie: Sendable {
  /// Children by parent node and byte.
  private var children: [UInt64: UInt32] = [:]
  /// What ends at each node; the root is node 0.
  private var values: [Int?] = [nil]
  private var canBegin = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { values.count == 1 }

  /// Adds a string; the first of equal ones counts, the empty one never.
  mutating func insert(_ key: [UInt8], value: Int) {
    guard let first = key.first else { return }
    canBegin[Int(first)] = true
    var node: UInt32 = 0
    for byte in key {
      let edge = Self.edge(node, byte)
      if let child = children[edge] {
        node = child
      } else {
        node = UInt32(values.count)
        children[edge] = node
        values.append(nil)
      }
    }
    if values[Int(node)] == nil { values[Int(node)] = value }
  }

  /// The first match that begins at or after a position, or nil.
  func firstMatch(
    in bytes: [UInt8], _ range: Range<Int>
  ) -> (range: Range<Int>, value: Int)? {
    for start in range where canBegin[Int(bytes[start])] {
      var node: UInt32 = 0
      var longest: (end: Int, value: Int)?
      for position in start..<range.upperBound {
        guard let child = children[Self.edge(node, bytes[position])] else { break }
        node = child
        if let value = values[Int(node)] { longest = (position + 1, value) }
      }
      if let longest { return (start..<longest.end, longest.value) }
    }
    return nil
  }

  private static func edge(_ node: UInt32, _ byte: UInt8) -> UInt64 {
    UInt64(node) << 8 | UInt64(byte)
  }
}
