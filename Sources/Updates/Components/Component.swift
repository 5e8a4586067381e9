/// A part of an update ΔW, named as on the command line.
///
/// P_U and P_V project on the k leading left and right singular vectors of the base W₀. Masks are
/// those of ``EntryMasks``; the spectrum is ΔW's own.
public enum Component: Sendable, Hashable {
  /// P_U ΔW P_V, `principal` or `pp`.
  case principal
  /// ΔW − P_U ΔW P_V.
  case offPrincipal
  /// P_U ΔW (I − P_V): principal output, off-principal input.
  case po
  /// (I − P_U) ΔW P_V: off-principal output, principal input.
  case op
  /// (I − P_U) ΔW (I − P_V): strictly off-principal.
  case oo
  /// What changed outside the linear projections of the blocks.
  case rest
  /// ΔW ⊙ M_princ.
  case maskPrincipal
  /// ΔW ⊙ (1 − M_princ).
  case maskOffPrincipal
  /// ΔW ⊙ M_low.
  case maskLow
  /// ΔW ⊙ (¬M_princ ∪ M_low).
  case maskSafe
  /// The R leading singular triplets of ΔW, `rank:R`.
  case head(Int)
  /// ΔW without its R leading singular triplets, `tail:R`.
  case tail(Int)
  /// The I-th singular triplet of ΔW, `triplet:I`, counted from 1.
  case triplet(Int)
  /// ΔW.
  case all

  /// The block PP under its short name.
  public static let pp = Component.principal

  /// Whether k or the rank of the masks changes it.
  public var dependsOnRank: Bool {
    switch self {
    case .principal, .offPrincipal, .po, .op, .oo, .maskPrincipal, .maskOffPrincipal, .maskSafe:
      true
    case .rest, .maskLow, .head, .tail, .triplet, .all: false
    }
  }

  /// Whether there are other parts of ΔW like it to compare with: not for `rest` and `all`.
  public var hasControls: Bool { self != .rest && self != .all }
}

extension Component: CustomStringConvertible {
  private static let fixed: [(name: String, component: Component)] = [
    ("principal", .principal), ("off-principal", .offPrincipal), ("pp", .pp), ("po", .po),
    ("op", .op), ("oo", .oo), ("rest", .rest), ("mask-principal", .maskPrincipal),
    ("mask-off-principal", .maskOffPrincipal), ("mask-low", .maskLow), ("mask-safe", .maskSafe),
    ("all", .all),
  ]

  /// Every name, with R and I for numbers.
  public static let names = fixed.map(\.name) + ["rank:R", "tail:R", "triplet:I"]

  /// Reads a name.
  ///
  /// - Throws: ``UpdateError/badComponent(_:)``.
  public init(parsing text: String) throws {
    if let known = Self.fixed.first(where: { $0.name == text }) {
      self = known.component
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[1]), number > 0 else {
      throw UpdateError.badComponent(text)
    }
    switch parts[0] {
    case "rank": self = .head(number)
    case "tail": self = .tail(number)
    case "triplet": self = .triplet(number)
    default: throw UpdateError.badComponent(text)
    }
  }

  /// The name as ``init(parsing:)`` reads it.
  public var description: String {
    switch self {
    case .head(let rank): "rank:\(rank)"
    case .tail(let rank): "tail:\(rank)"
    case .triplet(let index): "triplet:\(index)"
    default: Self.fixed.first { $0.component == self }?.name ?? ""
    }
  }
}

extension Component: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
