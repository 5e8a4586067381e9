import Architecture
import Updates

/// Which measures of an update are taken, and against which nulls.
public struct DecompositionPlan: Plan {
  public static let command = "decompose"

  /// Directory of the base model.
  public var base: String
  /// Directory of the tuned model or of its adapter.
  public var tuned: String
  /// Layers and modules that are measured.
  public var selection: WeightSelection
  /// Whether embedding and unembedding are measured too.
  public var embeddings: Bool
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// The k of the entry-wise masks.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double
  /// The measures that are taken of ΔW, and of every draw of a null.
  public var measures: [MeasureGroup]
  /// Structureless updates that every measure is compared with.
  public var nulls: [UpdateNull]
  /// Draws of every null.
  public var nullSeeds: Int
  /// The seed of the nulls.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    base: String, tuned: String, selection: WeightSelection = .all, embeddings: Bool = false,
    rank: RankRule = .standard, maskRank: RankRule = .count(64), maskAlpha: Double = 0.5,
    measures: [MeasureGroup] = MeasureGroup.allCases, nulls: [UpdateNull] = [], nullSeeds: Int = 20,
    seed: UInt64 = 0
  ) {
    self.base = base
    self.tuned = tuned
    self.selection = selection
    self.embeddings = embeddings
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.measures = measures
    self.nulls = nulls
    self.nullSeeds = nullSeeds
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case base, tuned, selection, embeddings, rank, measures, nulls, seed
    case maskRank = "mask_rank"
    case maskAlpha = "mask_alpha"
    case nullSeeds = "null_seeds"
  }

  public var withoutPaths: DecompositionPlan {
    var plan = self
    (plan.base, plan.tuned) = ("base", "tuned")
    return plan
  }

  public func validate() throws {
    try check(maskAlpha: maskAlpha)
    if measures.isEmpty {
      try refuse("no measures: --measures size,energy")
    }
    if !nulls.isEmpty && nullSeeds < 2 {
      try refuse("--null-seeds must be at least 2, found \(nullSeeds)")
    }
  }
}
