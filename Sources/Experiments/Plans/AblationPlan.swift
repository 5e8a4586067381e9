import Architecture
import Edits
import Updates

/// Which parts of an update a sweep edits, and on which prompts each edit is scored.
public struct AblationPlan: Plan {
  public static let command = "ablate"

  /// Directory of the base model.
  public var base: String
  /// Directory of the tuned model or of its adapter.
  public var tuned: String
  /// Prompt files, or directories of them.
  public var prompts: [String]
  /// The parts that are removed or kept.
  public var components: [Component]
  /// Whether a part is removed from the tuned model or added alone to the base.
  public var operations: [Edit.Operation]
  /// How finely the selection is cut.
  public var by: [Granularity]
  /// Layers and modules that are edited at all.
  public var selection: WeightSelection
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// The k of the entry-wise masks.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double
  /// The factor λ of the component.
  public var lambda: Double
  /// Whether a kept part is rescaled to ‖ΔW‖_F.
  public var rescale: Bool
  /// What is edited besides the projections: `embeddings`, `norms`.
  public var include: [Edit.Inclusion]
  /// Whether every edit is scored as bf16, as `edit --out` writes it.
  public var roundEdits: Bool
  /// Matched controls of every edit.
  public var controls: [Control]
  /// Draws of every random control.
  public var controlSeeds: Int
  /// Whether every edit is repeated at k/2 and 2k.
  public var rankCheck: Bool
  /// The first N prompts of each ability.
  public var limit: Int?
  /// A seeded subset of N prompts of each ability.
  public var sample: Int?
  /// The seed of controls, folds, samples and bootstraps.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    base: String, tuned: String, prompts: [String],
    components: [Component] = [.principal, .offPrincipal, .rest],
    operations: [Edit.Operation] = [.remove, .keep], by: [Granularity] = [.model],
    selection: WeightSelection = .all, rank: RankRule = .standard,
    maskRank: RankRule = .count(64), maskAlpha: Double = 0.5, lambda: Double = 1,
    rescale: Bool = false, include: [Edit.Inclusion] = [], roundEdits: Bool = false,
    controls: [Control] = [.randomEnergy], controlSeeds: Int = 5, rankCheck: Bool = false,
    limit: Int? = nil, sample: Int? = nil, seed: UInt64 = 0
  ) {
    self.base = base
    self.tuned = tuned
    self.prompts = prompts
    self.components = components
    self.operations = operations
    self.by = by
    self.selection = selection
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.lambda = lambda
    self.rescale = rescale
    self.include = include
    self.roundEdits = roundEdits
    self.controls = controls
    self.controlSeeds = controlSeeds
    self.rankCheck = rankCheck
    self.limit = limit
    self.sample = sample
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case base, tuned, prompts, components, operations, by, selection, rank, lambda, rescale
    case include, controls, limit, sample, seed
    case maskRank = "mask_rank"
    case maskAlpha = "mask_alpha"
    case roundEdits = "round_edits"
    case controlSeeds = "control_seeds"
    case rankCheck = "rank_check"
  }

  public var withoutPaths: AblationPlan {
    var plan = self
    (plan.base, plan.tuned, plan.prompts) = ("base", "tuned", ["prompts"])
    return plan
  }

  public func validate() throws {
    if prompts.isEmpty { try refuse("no prompts: name files with --prompts FILE") }
    if components.isEmpty { try refuse("no components: --components principal,off-principal") }
    if operations.isEmpty { try refuse("no operation: --operation remove,keep") }
    if by.isEmpty { try refuse("no granularity: --by model|layer|module|matrix") }
    if !lambda.isFinite { try refuse("--lambda must be finite, found \(lambda)") }
    if rescale && lambda == 0 { try refuse("--rescale has no meaning with --lambda 0") }
    try check(maskAlpha: maskAlpha)
    if !controls.isEmpty && controlSeeds < 1 {
      try refuse("--control-seeds must be at least 1, found \(controlSeeds)")
    }
    try check(limit: limit, sample: sample)
  }
}

/// How finely a sweep cuts the selected matrices.
public enum Granularity: String, Sendable, Hashable, Codable, CaseIterable {
  /// All of them at once.
  case model
  /// One layer at a time.
  case layer
  /// One module type at a time, over all selected layers.
  case module
  /// One matrix at a time.
  case matrix
  /// The first layers, one more each time.
  case layersUp = "layers-up"
  /// The last layers, one more each time.
  case layersDown = "layers-down"
  /// Two neighbouring layers at a time.
  case layerPairs = "layer-pairs"
}
