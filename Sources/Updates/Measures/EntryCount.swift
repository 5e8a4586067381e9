/// Counts entries of masks sixteen at a time: nulls do little else.
enum EntryCount {
  /// How many entries of a range a mask has.
  static func members(of mask: [Bool], in range: Range<Int>? = nil) -> Int {
    mask.withUnsafeBytes { mask in
      let range = range ?? 0..<mask.count
      return sum(range, block: { load(mask, $0) }, single: { mask[$0] })
    }
  }

  /// How many entries two masks share.
  static func common(_ first: [Bool], _ second: [Bool]) -> Int {
    precondition(first.count == second.count)
    return first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        sum(
          0..<first.count, block: { load(first, $0) & load(second, $0) },
          single: { first[$0] & second[$0] })
      }
    }
  }

  /// How many entries three masks share.
  static func common(_ first: [Bool], _ second: [Bool], _ third: [Bool]) -> Int {
    precondition(first.count == second.count && first.count == third.count)
    return first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        third.withUnsafeBytes { third in
          sum(
            0..<first.count, block: { load(first, $0) & load(second, $0) & load(third, $0) },
            single: { first[$0] & second[$0] & third[$0] })
        }
      }
    }
  }

  private typealias Lanes = SIMD16<UInt8>

  @inline(__always)
  private static func load(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Lanes {
    bytes.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
  }

  /// Σ of bytes that are 0 or 1; lanes are emptied before they can overflow.
  @inline(__always)
  private static func sum(
    _ range: Range<Int>, block: (Int) -> Lanes, single: (Int) -> UInt8
  ) -> Int {
    var total = 0
    var index = range.lowerBound
    let whole = range.lowerBound + range.count / Lanes.scalarCount * Lanes.scalarCount
    while index < whole {
      let end = min(index + Int(UInt8.max) * Lanes.scalarCount, whole)
      var lanes = Lanes.zero
      while index < end {
        lanes &+= block(index)
        index += Lanes.scalarCount
      }
      total += Int(SIMD16<UInt16>(truncatingIfNeeded: lanes).wrappedSum())
    }
    while index < range.upperBound {
      total += Int(single(index))
      index += 1
    }
    return total
  }
}
