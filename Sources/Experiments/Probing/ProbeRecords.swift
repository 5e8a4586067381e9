import Probes
import Statistics

/// A probe of the reference at one site.
public struct ProbeRecord: Sendable, Codable {
  /// The property.
  public let property: String
  /// The site's name.
  public let site: String
  /// Held-out metrics with intervals.
  public let metrics: [ProbeEstimate]
  /// Majority class, shuffled labels, random directions, control task.
  public let controls: ProbeControls?
  /// The chosen C.
  public let c: Double?

  init(_ probe: TrainedProbe) {
    property = probe.property
    site = probe.site
    metrics = probe.estimates
    controls = probe.controls
    c = probe.probe.c
  }
}

/// The reference's probe on another model, beside a probe trained there.
public struct TransferRecord: Sendable, Codable {
  /// The property.
  public let property: String
  /// The model or edit.
  public let condition: String
  /// The site's name.
  public let site: String
  /// The reference's probe, unchanged.
  public let transferred: [ProbeEstimate]
  /// A probe trained on this model.
  public let retrained: [ProbeEstimate]
  /// Score of the reference minus transferred, paired over items.
  public let transferLoss: ProbeTransfer.Difference
  /// Score of the reference minus retrained, paired over items.
  public let retrainedLoss: ProbeTransfer.Difference
  /// Cosine of the two directions.
  public let cosine: Double
  /// `kept`, `moved`, `lost`, or `absent` where the reference has nothing to lose.
  public let verdict: ProbeTransfer.Verdict

  enum CodingKeys: String, CodingKey {
    case property, condition, site, transferred, retrained, cosine, verdict
    case transferLoss = "transfer_loss"
    case retrainedLoss = "retrained_loss"
  }

  init(_ transfer: ProbeTransfer, condition: String) {
    property = transfer.property
    self.condition = condition
    site = transfer.site
    transferred = transfer.transferred
    retrained = transfer.retrained.estimates
    transferLoss = transfer.transferLoss
    retrainedLoss = transfer.retrainedLoss
    cosine = transfer.cosine
    verdict = transfer.verdict
  }
}

/// How a probe's direction lies towards a subspace beside its site.
public struct ProbeGeometryRecord: Sendable, Codable {
  /// The property.
  public let property: String
  /// The site's name.
  public let site: String
  /// The class whose weights are meant; nil for two classes and numbers.
  public let label: String?
  /// The matrix.
  public let matrix: String
  /// `writes` the site with its left subspace, or `reads` it with its right one.
  public let relation: String
  /// `base` (U_k, V_k of W₀) or `update` (of ΔW).
  public let subspace: String
  /// The share beside k/d and random directions.
  public let share: SubspaceShare
}

/// Cosines of one property's probes across sites of the reference.
public struct ProbeCosineRecord: Sendable, Codable {
  /// The property.
  public let property: String
  /// Sites, in order.
  public let sites: [String]
  /// Cosines, [sites][sites].
  public let cosines: [[Double]]
}

/// The document of `probe --json`.
public struct ProbeResult: Sendable, Codable {
  /// The reference's probes.
  public let probes: [ProbeRecord]
  /// The same directions on other models and edits.
  public let transfers: [TransferRecord]
  /// Directions against subspaces.
  public let geometry: [ProbeGeometryRecord]
  /// Directions against each other.
  public let cosines: [ProbeCosineRecord]
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// Reads what was probed.
  public init(of store: RunStore, provenance: Provenance?) throws {
    probes = try store.records(ProbeRecord.self, section: "probe")
    transfers = try store.records(TransferRecord.self, section: "transfer")
    geometry = try store.records(ProbeGeometryRecord.self, section: "geometry")
    cosines = try store.records(ProbeCosineRecord.self, section: "cosines")
    self.provenance = provenance
  }
}
