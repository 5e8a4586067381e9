import Architecture
import Foundation

/// What `inspect` tells of a model; headers only, no data are read.
public struct ModelSummary: Sendable, Hashable, Codable {
  /// The directory.
  public let path: String
  /// `full` or `adapter`.
  public let kind: String
  /// The architecture.
  public let specification: DecoderSpecification
  /// Parameters, tied ones once.
  public let parameters: Int
  /// Parameters of the blocks' linear projections.
  public let projectionParameters: Int
  /// Stored bytes of all tensors.
  public let bytes: Int
  /// Tensors by stored dtype.
  public let dtypes: [String: Int]
  /// Parameters by module.
  public let modules: [String: Int]
  /// Tensors of the architecture that were found.
  public let bound: Int
  /// Tensors that are not used and change nothing; a missing or unclaimed one is an error.
  public let ignored: [String]
  /// What in the files is odd and changes nothing, one sentence each.
  public let warnings: [String]
  /// r of an adapter, by weight; nil for full checkpoints.
  public let adapterRanks: [String: Int]?

  enum CodingKeys: String, CodingKey {
    case path, kind, specification, parameters, bytes, dtypes, modules, bound, ignored, warnings
    case projectionParameters = "projection_parameters"
    case adapterRanks = "adapter_ranks"
  }

  /// Summarises an opened model.
  public init(_ model: ModelCheckpoint) {
    path = model.url.path
    kind = model.isAdapter ? "adapter" : "full"
    specification = model.specification
    let entries = model.weights.entries
    func size(_ entries: [WeightEntry]) -> Int {
      entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    parameters = size(entries)
    projectionParameters = size(entries.filter(\.isProjection))
    bytes = model.source.tensors.reduce(0) { $0 + $1.byteCount }
    dtypes = Dictionary(
      model.source.tensors.map { ($0.dtype.rawValue, 1) }, uniquingKeysWith: +)
    modules = Dictionary(grouping: entries, by: \.role.rawValue).mapValues(size)
    bound = entries.count
    ignored = model.ignoredTensors
    warnings = model.warnings
    if case .adapter(let adapter) = model.kind {
      adapterRanks = adapter.updates.mapValues(\.rank)
    } else {
      adapterRanks = nil
    }
  }
}

extension ModelCheckpoint {
  /// What `inspect` tells of this model.
  public var summary: ModelSummary { ModelSummary(self) }
}
