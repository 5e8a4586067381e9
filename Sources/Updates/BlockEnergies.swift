/// Squared Frobenius norms of the four blocks of an update.
public struct BlockEnergies: Sendable, Hashable, Codable {
  /// ‖P_U ΔW P_V‖².
  public let pp: Double
  /// ‖P_U ΔW (I − P_V)‖².
  public let po: Double
  /// ‖(I − P_U) ΔW P_V‖².
  public let op: Double
  /// ‖(I − P_U) ΔW (I − P_V)‖².
  public let oo: Double

  /// Creates the energies of four blocks.
  public init(pp: Double, po: Double, op: Double, oo: Double) {
    (self.pp, self.po, self.op, self.oo) = (pp, po, op, oo)
  }

  /// ‖ΔW‖², the sum of the four.
  public var total: Double { pp + po + op + oo }

  /// The four energies over their sum, or nil for a zero update, which has no shares.
  public var shares: BlockEnergies? {
    let total = total
    guard total > 0 else { return nil }
    return BlockEnergies(pp: pp / total, po: po / total, op: op / total, oo: oo / total)
  }

  /// The shares a structureless m × n update has on average: dimensions over m·n.
  public static func expectedShares(rows: Int, columns: Int, rank: Int) -> BlockEnergies {
    let left = Double(rank) / Double(rows)
    let right = Double(rank) / Double(columns)
    return BlockEnergies(
      pp: left * right, po: left * (1 - right), op: (1 - left) * right,
      oo: (1 - left) * (1 - right))
  }
}
