/// A set of byte strings, numbered in the order of insertion; lookups allocate nothing.
struct ByteTable: Sendable {
  private var blob: [UInt8] = []
  private var ends: [Int] = []
  private var slots: [Int32]
  private var mask: Int

  /// A table that holds `capacity` strings without growing.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    mask = size - 1
  }

  var count: Int { ends.count }

  /// The bytes of a string by number.
  subscript(index: Int) -> ArraySlice<UInt8> {
    blob[start(index)..<ends[index]]
  }

  /// The number of a string, or nil.
  func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
    let slot = slots[slot(of: key)]
    return slot < 0 ? nil : Int(slot)
  }

  /// The number of a string, or nil.
  func find(_ key: [UInt8]) -> Int? {
    key.withUnsafeBufferPointer { find($0) }
  }

  /// Adds a string; returns its number and whether it is new.
  @discardableResult
  mutating func insert(_ key: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
    let slot = slot(of: key)
    if slots[slot] >= 0 { return (Int(slots[slot]), false) }
    let index = ends.count
    slots[slot] = Int32(index)
    blob.append(contentsOf: key)
    ends.append(blob.count)
    if ends.count * 2 > slots.count { grow() }
    return (index, true)
  }

  /// Adds a string; returns its number and whether it is new.
  @discardableResult
  mutating func insert(_ key: [UInt8]) -> (index: Int, isNew: Bool) {
    key.withUnsafeBufferPointer { insert($0) }
  }

  private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  /// The slot that holds the key, or the free one where it belongs.
  private func slot(of key: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let first = start(index)
      if ends[index] - first == key.count, matches(key, at: first) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func matches(_ key: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    for offset in 0..<key.count where blob[start + offset] != key[offset] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    mask = slots.count - 1
    for index in 0..<ends.count {
      var slot = blob.withUnsafeBufferPointer {
        Self.hash(UnsafeBufferPointer(rebasing: $0[start(index)..<ends[index]])) & mask
      }
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  /// FNV-1a with a final mix.
  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
  }
}
