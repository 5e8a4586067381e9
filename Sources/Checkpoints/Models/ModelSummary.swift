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
  /// Tensors that are not used.
  public let ignored: [String]
  /// r of an adapter, by module; nil for full checkpoints.
  public let adapterRanks: [String: Int]?

  enum CodingKeys: String, CodingKey {
    case path, kind, specification, parameters, bytes, dtypes, modules, bound, ignored
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
    bytes = model.source.tensors.reduce(0) { $0 + $1.elementCount * $1.dtype.byteCount }
    dtypes = Dictionary(
      model.source.tensors.map { ($0.dtype.rawValue, 1) }, uniquingKeysWith: +)
    modules = Dictionary(grouping: entries, by: \.role.rawValue).mapValues(size)
    bound = entries.count
    ignored = model.ignoredTensors
    if case .adapter(let adapter) = model.kind {
      adapterRanks = Dictionary(
        adapter.factors.map { ($0.key, $0.value.rank) }, uniquingKeysWith: { first, _ in first })
    } else {
      adapterRanks = nil
    }
  }
}
