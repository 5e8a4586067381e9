import LinearAlgebra

/// The masks of W₀ as one class an entry, so that a change mask is counted in one pass.
struct MaskClasses: Sendable {
  /// Bit 0 for M_princ, bit 1 for M_low.
  let classes: [UInt8]
  /// The number of entries of each class.
  let sizes: [Int]

  init(_ masks: EntryMasks) {
    classes = zip(masks.principal.members, masks.low.members).map {
      ($0 ? 1 : 0) | ($1 ? 2 : 0)
    }
    sizes = Self.counts(of: [Bool](repeating: true, count: classes.count), in: classes)
  }

  /// How many changed entries each class holds.
  func counts(of changed: EntryMask) -> [Int] {
    Self.counts(of: changed.members, in: classes)
  }

  /// The overlaps of the entries counted by class; nil if there are none.
  static func overlaps(_ counts: [Int]) -> MaskOverlap? {
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return nil }
    return MaskOverlap(
      principal: Double(counts[1] + counts[3]) / total, low: Double(counts[2] + counts[3]) / total,
      principalNotLow: Double(counts[1]) / total)
  }

  private static func counts(of members: [Bool], in classes: [UInt8]) -> [Int] {
    var (all, principal, low, both) = (0, 0, 0, 0)
    classes.withUnsafeBufferPointer { classes in
      members.withUnsafeBufferPointer { members in
        // Without branches and in blocks that 32-bit lanes count safely.
        for start in stride(from: 0, to: classes.count, by: 1 << 20) {
          var (inAll, inPrincipal, inLow, inBoth): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
          for index in start..<min(start + 1 << 20, classes.count) {
            let code: UInt8 = members[index] ? classes[index] | 4 : 0
            inAll &+= Int32(code >> 2)
            inPrincipal &+= Int32(code & 1)
            inLow &+= Int32(code >> 1 & 1)
            inBoth &+= Int32(code & code >> 1 & 1)
          }
          all += Int(inAll)
          principal += Int(inPrincipal)
          low += Int(inLow)
          both += Int(inBoth)
        }
      }
    }
    return [all - principal - low + both, principal - both, low - both, both]
  }
}

/// Shares of the changed entries inside the masks of W₀.
public struct MaskOverlap: Sendable, Hashable, Codable {
  /// Inside M_princ.
  public let principal: Double
  /// Inside M_low.
  public let low: Double
  /// Inside M_princ and outside M_low.
  public let principalNotLow: Double

  enum CodingKeys: String, CodingKey {
    case principal, low
    case principalNotLow = "principal_not_low"
  }
}
