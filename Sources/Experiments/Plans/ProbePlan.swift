import Edits
import Updates

/// Which properties are probed, where, and across which edits.
public struct ProbePlan: Plan {
  public static let command = "probe"

  /// Model directories; the first is the reference.
  public var models: [String]
  /// Probe files, or directories of them.
  public var probes: [String]
  /// Sites as TransformerLens names them, `*` for every layer.
  public var sites: [String]
  /// Parts of the update that edits remove or keep; empty without edits.
  public var components: [Component]
  /// Whether a part is removed from the tuned model or added alone to the base.
  public var operations: [Edit.Operation]
  /// `model` or `layer`.
  public var by: [Granularity]
  /// The k of the singular subspaces.
  public var rank: RankRule
  /// Folds of the cross-validation.
  public var folds: Int
  /// Inverse penalties C that are tried inside the folds.
  public var penalties: [Double]
  /// The first N items of each property.
  public var limit: Int?
  /// A seeded subset of N items of each property.
  public var sample: Int?
  /// The seed of folds, controls and bootstraps.
  public var seed: UInt64

  /// Creates a plan; the defaults are those of the command line.
  public init(
    models: [String], probes: [String], sites: [String] = ["blocks.*.hook_resid_post"],
    components: [Component] = [], operations: [Edit.Operation] = [.remove],
    by: [Granularity] = [.model], rank: RankRule = .standard, folds: Int = 5,
    penalties: [Double] = [0.001, 0.01, 0.1, 1, 10], limit: Int? = nil, sample: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.models = models
    self.probes = probes
    self.sites = sites
    self.components = components
    self.operations = operations
    self.by = by
    self.rank = rank
    self.folds = folds
    self.penalties = penalties
    self.limit = limit
    self.sample = sample
    self.seed = seed
  }

  public var withoutPaths: ProbePlan {
    var plan = self
    plan.models = plan.models.indices.map { "model \($0)" }
    plan.probes = ["probes"]
    return plan
  }

  public func validate() throws {
    if models.isEmpty { try refuse("no model: name at least one directory") }
    if probes.isEmpty { try refuse("no probes: name files with --probes FILE") }
    if sites.isEmpty { try refuse("no site: --sites 'blocks.*.hook_resid_post'") }
    if !components.isEmpty && models.count < 2 {
      try refuse("edits need a tuned model: name it after the base")
    }
    if by.contains(where: { $0 != .model && $0 != .layer }) {
      try refuse("--by of probe takes model and layer")
    }
    if folds < 2 { try refuse("--folds must be at least 2, found \(folds)") }
    if penalties.isEmpty || penalties.contains(where: { !($0 > 0 && $0.isFinite) }) {
      try refuse("--penalties must be positive numbers")
    }
    try check(limit: limit, sample: sample)
  }
}
