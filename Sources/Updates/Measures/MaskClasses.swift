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
    sizes = Self.histogram(classes) { _ in true }
  }

  /// How many changed entries each class holds.
  func counts(of changed: EntryMask) -> [Int] {
    changed.members.withUnsafeBufferPointer { members in
      Self.histogram(classes) { members[$0] }
    }
  }

  /// The overlaps of the entries counted by class; nil if there are none.
  static func overlaps(_ counts: [Int]) -> MaskOverlap? {
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return nil }
    return MaskOverlap(
      principal: Double(counts[1] + counts[3]) / total, low: Double(counts[2] + counts[3]) / total,
      principalNotLow: Double(counts[1]) / total)
  }

  private static func histogram(_ classes: [UInt8], where included: (Int) -> Bool) -> [Int] {
    var counts = [0, 0, 0, 0]
    classes.withUnsafeBufferPointer { classes in
      for index in 0..<classes.count where included(index) { counts[Int(classes[index])] += 1 }
    }
    return counts
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
