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

  /// Counts the overlaps of a set of entries; nil if it is empty.
  init?(of changed: EntryMask, with masks: EntryMasks) {
    let total = Double(EntryCount.members(of: changed.members))
    guard total > 0 else { return nil }
    let (principal, low) = (masks.principal.members, masks.low.members)
    let inPrincipal = EntryCount.common(changed.members, principal)
    self.principal = Double(inPrincipal) / total
    self.low = Double(EntryCount.common(changed.members, low)) / total
    principalNotLow =
      Double(inPrincipal - EntryCount.common(changed.members, principal, low)) / total
  }

  /// The overlaps that a random set of entries has on average.
  init?(expectedOf masks: EntryMasks) {
    let count = masks.low.members.count
    let everything = EntryMask(
      rows: masks.low.rows, columns: masks.low.columns,
      members: Array(repeating: true, count: count))
    self.init(of: everything, with: masks)
  }
}
