/// A structureless update that measures are compared with, drawn on the real W₀.
public enum UpdateNull: String, Sendable, Hashable, Codable, CaseIterable {
  /// Independent Gaussian entries with the norm of ΔW. Which entries change is decided after
  /// rounding W₀ + δ to bfloat16 where both files are bfloat16.
  case norm
  /// Independent Gaussian entries rounded with W₀ to bfloat16, of the size at which as many entries
  /// change as in ΔW. Defined for two bfloat16 files only.
  case density
  /// P Σ Qᵀ with the singular values of ΔW and Haar-random P and Q; rounding as in ``norm``.
  case spectrum
  /// The entries of ΔW permuted within each row; which entries changed moves with them.
  case shuffleRows = "shuffle-rows"
  /// The entries of ΔW permuted within each column.
  case shuffleColumns = "shuffle-columns"
  /// The entries of ΔW permuted among entries of W₀ in the same binade, 2ᵉ ≤ |w₀| < 2ᵉ⁺¹.
  case shuffleBins = "shuffle-bins"

  /// Reads a list such as `norm,density,spectrum,shuffle`; `shuffle` stands for all three.
  ///
  /// - Throws: ``NullError/unknown(_:)``.
  public static func parse(list: String) throws -> [UpdateNull] {
    var nulls: [UpdateNull] = []
    for name in list.split(separator: ",") {
      let added: [UpdateNull]
      if name == "shuffle" {
        added = [.shuffleRows, .shuffleColumns, .shuffleBins]
      } else if let null = UpdateNull(rawValue: String(name)) {
        added = [null]
      } else {
        throw NullError.unknown(String(name))
      }
      nulls += added.filter { !nulls.contains($0) }
    }
    return nulls
  }

  /// The measures that the null moves; the others it holds fixed by construction.
  var movedGroups: Set<MeasureGroup> {
    switch self {
    case .norm: MeasureGroup.all.subtracting([.size])
    case .density: MeasureGroup.all
    case .spectrum: MeasureGroup.all.subtracting([.size, .shape])
    case .shuffleRows, .shuffleColumns, .shuffleBins: MeasureGroup.all.subtracting([.size])
    }
  }
}

/// What is wrong with a null that was asked for.
public enum NullError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A name that is none of the nulls'.
  case unknown(String)

  /// The error in one sentence.
  public var description: String {
    switch self {
    case .unknown(let name):
      "'\(name)' is not a null; known are "
        + UpdateNull.allCases.map(\.rawValue).joined(separator: ", ") + " and shuffle for all three"
    }
  }
}

/// Which nulls are drawn, and how often.
public struct NullOptions: Sendable, Hashable {
  /// The nulls.
  public var nulls: [UpdateNull]
  /// Draws of each null.
  public var seeds: Int
  /// The seed that all draws are keyed by, with the null, the tensor's name and the draw's number.
  public var seed: UInt64
  /// The measures that are taken of draws; costs are those of the same measures of ΔW.
  public var groups: Set<MeasureGroup>
  /// The level of the intervals.
  public var level: Double

  /// Creates options.
  public init(
    _ nulls: [UpdateNull], seeds: Int = 20, seed: UInt64 = 0,
    groups: Set<MeasureGroup> = MeasureGroup.all, level: Double = 0.95
  ) {
    self.nulls = nulls
    self.seeds = seeds
    self.seed = seed
    self.groups = groups
    self.level = level
  }

  /// No nulls.
  public static let none = NullOptions([], seeds: 0)
}
