import Architecture
import Updates

/// Which parts of an update are attributed how much of the change of which abilities.
public struct AttributionPlan: Plan {
  public static let command = "attribute"

  /// Directory of the base model.
  public var base: String
  /// Directory of the tuned model or of its adapter.
  public var tuned: String
  /// Prompt files, or directories of them.
  public var prompts: [String]
  /// The parts of the update.
  public var components: [Component]
  /// Layers and modules that are looked at one by one.
  public var selection: WeightSelection
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// The k of the entry-wise masks.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double
  /// Points of the path from base to tuned.
  public var steps: Int
  /// Layers × components whose exact effect is compared with the attribution.
  public var checks: Int
  /// The first N prompts of each ability.
  public var limit: Int?
  /// A seeded subset of N prompts of each ability.
  public var sample: Int?
  /// The seed of samples and of the cells that are checked.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    base: String, tuned: String, prompts: [String],
    components: [Component] = [.principal, .offPrincipal], selection: WeightSelection = .all,
    rank: RankRule = .standard, maskRank: RankRule = .count(64), maskAlpha: Double = 0.5,
    steps: Int = 8, checks: Int = 8, limit: Int? = nil, sample: Int? = nil, seed: UInt64 = 0
  ) {
    self.base = base
    self.tuned = tuned
    self.prompts = prompts
    self.components = components
    self.selection = selection
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.steps = steps
    self.checks = checks
    self.limit = limit
    self.sample = sample
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case base, tuned, prompts, components, selection, rank, steps, checks, limit, sample, seed
    case maskRank = "mask_rank"
    case maskAlpha = "mask_alpha"
  }

  public var withoutPaths: AttributionPlan {
    var plan = self
    (plan.base, plan.tuned, plan.prompts) = ("base", "tuned", ["prompts"])
    return plan
  }

  public func validate() throws {
    if prompts.isEmpty { try refuse("no prompts: name files with --prompts FILE") }
    if components.isEmpty { try refuse("no components: --components principal,off-principal") }
    if components.contains(.rest) || components.contains(.all) {
      try refuse("`all` and `rest` are always attributed; --components takes parts of the update")
    }
    if !(1...64).contains(steps) { try refuse("--steps must lie in 1…64, found \(steps)") }
    if checks < 3 {
      try refuse(
        "--checks must be at least 3, found \(checks): an attribution without its agreement with "
          + "exact edits says little")
    }
    try check(maskAlpha: maskAlpha)
    try check(limit: limit, sample: sample)
  }
}
