import Architecture
import Updates

/// Which runs are laid side by side.
public struct ComparisonPlan: Plan {
  public static let command = "compare"

  /// A tuned checkpoint under a name.
  public struct Run: Sendable, Hashable, Codable {
    /// The name in every table.
    public var name: String
    /// Directory of the tuned model or of its adapter.
    public var tuned: String
    /// Its own base; nil for the plan's.
    public var base: String?

    /// Names a run.
    public init(name: String, tuned: String, base: String? = nil) {
      self.name = name
      self.tuned = tuned
      self.base = base
    }
  }

  /// Directory of the common base.
  public var base: String
  /// The runs, in the order of the tables.
  public var runs: [Run]
  /// Layers and modules that are measured.
  public var selection: WeightSelection
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// The k of the entry-wise masks.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double
  /// Draws of the matched nulls.
  public var nullSeeds: Int
  /// The seed of the nulls.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    base: String, runs: [Run], selection: WeightSelection = .all, rank: RankRule = .standard,
    maskRank: RankRule = .count(64), maskAlpha: Double = 0.5, nullSeeds: Int = 5, seed: UInt64 = 0
  ) {
    self.base = base
    self.runs = runs
    self.selection = selection
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.nullSeeds = nullSeeds
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case base, runs, selection, rank, seed
    case maskRank = "mask_rank"
    case maskAlpha = "mask_alpha"
    case nullSeeds = "null_seeds"
  }

  public var withoutPaths: ComparisonPlan {
    var plan = self
    plan.base = "base"
    for index in plan.runs.indices {
      plan.runs[index].tuned = "tuned"
      if plan.runs[index].base != nil { plan.runs[index].base = "base" }
    }
    return plan
  }

  public func validate() throws {
    if runs.isEmpty {
      try refuse("nothing to compare: name runs with --run NAME=DIR")
    }
    var names: Set<String> = []
    for run in runs where !names.insert(run.name).inserted {
      try refuse("two runs are named \(run.name): names must differ")
    }
    try check(maskAlpha: maskAlpha)
  }
}
