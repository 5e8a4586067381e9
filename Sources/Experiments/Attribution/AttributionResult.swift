import Architecture
import Evaluation
import Statistics

/// What an attribution found: the document of `attribute --json`, and all that reports read.
public struct AttributionResult: Sendable, Encodable {
  /// The abilities, in the order of the prompts.
  public let abilities: [Ability]
  /// Parts of the update and the change that each is attributed, coarse to fine.
  public let attributions: [Attribution]
  /// Whether the attributions add up.
  public let completeness: [Completeness]
  /// Attributions of single layers against exact edits.
  public let agreement: [Agreement]
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// An ability and the score that is attributed.
  public struct Ability: Sendable, Hashable, Encodable {
    /// Its name.
    public let name: String
    /// The kind of its prompts.
    public let kind: String
    /// What its score is called.
    public let score: String
    /// Prompts.
    public let n: Int
    /// Independent groups of prompts.
    public let groups: Int
    /// Mean score of the base, nats.
    public let base: Double
    /// Mean score of the tuned model, nats.
    public let tuned: Double
    /// tuned − base, paired.
    public let change: Estimate
  }

  /// The change of an ability's score that a part of the update is attributed.
  public struct Attribution: Sendable, Hashable, Encodable {
    /// The ability.
    public let ability: String
    /// The cut: `model` (everything that is selected), `layer`, `module`, `matrix`; `outside` of
    /// `rest` and `unselected`.
    public let by: String
    /// Layers as `--layers` takes them; empty outside the layers.
    public let layers: String
    /// Modules as `--modules` takes them; empty outside the projections.
    public let modules: String
    /// The component; `all`, `rest` and `unselected` add up to the change.
    public let component: String
    /// Mean over prompts, nats.
    ///
    /// Intervals are over prompts, each on its own: they know neither of their number nor of the
    /// error of the first order, which ``Agreement`` measures.
    public let value: Estimate
    /// value / (tuned − base), where |z| of the change is at least 4.
    public let shareOfChange: Estimate?
    /// ‖C‖²_F / ‖ΔW‖²_F of the part's matrices.
    public let energyShare: Double?

    enum CodingKeys: String, CodingKey {
      case ability, by, layers, modules, component, value
      case shareOfChange = "share_of_change"
      case energyShare = "energy_share"
    }
  }

  /// The sum of all attributions of an ability against its exact change.
  public struct Completeness: Sendable, Hashable, Encodable {
    /// The ability.
    public let ability: String
    /// Sum of the attributions of everything that training changed, mean over prompts, nats.
    public let sum: Double
    /// S(W₁) − S(W₀), mean over prompts, nats.
    public let exact: Double
    /// The largest |sum − exact| of a prompt, nats.
    public let largestGap: Double

    enum CodingKeys: String, CodingKey {
      case ability, sum, exact
      case largestGap = "largest_gap"
    }
  }

  /// Attributions against what exact edits of the same cells do.
  public struct Agreement: Sendable, Hashable, Encodable {
    /// The ability.
    public let ability: String
    /// Cells that were compared.
    public let cells: [Cell]
    /// Pearson's correlation of attributions and the mean of both exact effects; nil below
    /// ``leastCells``.
    public let pearson: Double?
    /// Spearman's.
    public let spearman: Double?
    /// Mean |attribution − exact| over mean |exact|; nil where nothing has an effect.
    public let relativeError: Double?
    /// The same of each component: small ones can be far off where large ones are not.
    public let relativeErrors: [String: Double]

    /// Cells below which no correlation is given.
    public static let leastCells = 5

    enum CodingKeys: String, CodingKey {
      case ability, cells, pearson, spearman
      case relativeError = "relative_error"
      case relativeErrors = "relative_errors"
    }

    /// One component of one layer; means over prompts, nats.
    public struct Cell: Sendable, Hashable, Encodable {
      /// The layer.
      public let layer: Int
      /// The component.
      public let component: String
      /// What it is attributed.
      public let attribution: Double
      /// S(W₁) − S(W₁ − C): what removing it costs.
      public let removed: Double
      /// S(W₀ + C) − S(W₀): what it adds alone.
      public let kept: Double

      /// The mean of ``removed`` and ``kept``: the attribution's exact counterpart to second order.
      public var exact: Double { (removed + kept) / 2 }
    }
  }

  /// Reads a run and adds it up.
  ///
  /// - Throws: `StatisticsError`; ``ExperimentError`` if the run is not finished.
  public init(of store: RunStore, provenance: Provenance?) throws {
    let sums = try AttributionSums(of: store, seed: provenance?.seed ?? 0)
    abilities = try sums.abilityNames.map(sums.ability)
    attributions = try sums.abilityNames.flatMap(sums.attributions)
    completeness = sums.abilityNames.map(sums.completeness)
    agreement = sums.abilityNames.map(sums.agreement)
    self.provenance = provenance
  }
}
