import Architecture
import Updates

/// Which checkpoints along training are followed.
public struct TrackPlan: Plan {
  public static let command = "track"

  /// Directory of the base model.
  public var base: String
  /// Checkpoints in the order of training.
  public var steps: [String]
  /// Layers and modules that are followed.
  public var selection: WeightSelection
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// A CSV file with the columns `step` and `score`; nil without regression.
  public var scores: String?
  /// Draws of the regression's nulls.
  public var nullSeeds: Int
  /// The seed of the nulls.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    base: String, steps: [String], selection: WeightSelection = .all, rank: RankRule = .standard,
    scores: String? = nil, nullSeeds: Int = 100, seed: UInt64 = 0
  ) {
    self.base = base
    self.steps = steps
    self.selection = selection
    self.rank = rank
    self.scores = scores
    self.nullSeeds = nullSeeds
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case base, steps, selection, rank, scores, seed
    case nullSeeds = "null_seeds"
  }

  public var withoutPaths: TrackPlan {
    var plan = self
    plan.base = "base"
    plan.steps = plan.steps.indices.map { "step \($0)" }
    plan.scores = plan.scores.map { _ in "scores" }
    return plan
  }

  public func validate() throws {
    if steps.count < 2 {
      throw ExperimentError.contradiction(
        "a trajectory needs at least two checkpoints, found \(steps.count)")
    }
  }
}
