import Architecture
import Foundation
import JSON

/// A model directory of Hugging Face, or a LoRA adapter on top of one.
public struct ModelCheckpoint: Sendable {
  /// What the directory holds.
  public enum Kind: Sendable {
    /// All weights.
    case full
    /// A low-rank update of a base.
    case adapter(LoRAAdapter)
  }

  /// The directory.
  public let url: URL
  /// config.json as written; an adapter's base's.
  public let config: JSONValue
  /// The architecture.
  public let specification: DecoderSpecification
  /// Every tensor of the architecture.
  public let weights: WeightTable
  /// The tensors; an adapter's are base + s·B·A, computed when read.
  public let source: any TensorSource
  /// What the directory holds.
  public let kind: Kind
  /// Every file whose bytes decide a result, sorted by name: weights, configuration, tokenizer; an
  /// adapter's own before its base's.
  public let files: [URL]
  /// Stored dtype of the projections, the widest if there are several.
  public let storedDType: DType
  /// Tensors that the architecture does not use and that change nothing (rotary buffers, tied
  /// copies).
  public let ignoredTensors: [String]

  /// What in the files is odd and changes nothing, one sentence each.
  public let warnings: [String]

  /// Whether the directory holds a low-rank update and no weights of its own.
  public var isAdapter: Bool { if case .adapter = kind { true } else { false } }

  /// Opens a directory: config.json, one or many safetensors files; or a PEFT adapter.
  ///
  /// Headers are read and checked, data are not.
  ///
  /// - Parameters:
  ///   - url: The directory.
  ///   - base: The model that an adapter changes; ignored for full checkpoints.
  /// - Returns: The opened model.
  /// - Throws: ``CheckpointError``.
  public static func open(_ url: URL, base: ModelCheckpoint? = nil) throws -> ModelCheckpoint {
    let files = FileManager.default
    var isDirectory: ObjCBool = false
    guard files.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw CheckpointError.unreadable(path: url.path, reason: "there is no such directory")
    }
    guard isDirectory.boolValue else {
      throw CheckpointError.notAModel(
        path: url.path, problem: "it is a file; name the directory that holds config.json")
    }
    if files.fileExists(atPath: url.appendingPathComponent(LoRAAdapter.configName).path) {
      guard let base else {
        throw CheckpointError.notAModel(
          path: url.path, problem: "it holds an adapter, which needs its base: name the base first")
      }
      return try adapter(url, base: base)
    }
    return try full(url)
  }

  // MARK: Kinds

  private static func full(_ url: URL) throws -> ModelCheckpoint {
    let configURL = url.appendingPathComponent("config.json")
    guard FileManager.default.fileExists(atPath: configURL.path) else {
      throw CheckpointError.notAModel(path: url.path, problem: "it has no config.json")
    }
    let config = try JSONFile.read(configURL)
    let specification: DecoderSpecification
    do {
      specification = try ModelCatalog.specification(from: config)
    } catch let error as ArchitectureError {
      throw CheckpointError.invalidConfiguration(path: url.path, problem: "\(error)")
    }
    let (source, weightFiles) = try openWeights(url)
    let table = ModelCatalog.weights(for: specification)
    let binding = try TensorBinding(
      table, to: source, tied: specification.tiesEmbeddings, path: url.path)
    return ModelCheckpoint(
      url: url, config: config, specification: specification, weights: table, source: source,
      kind: .full, files: sorted(weightFiles + sideFiles(of: url)),
      storedDType: widestDType(of: table, in: source), ignoredTensors: binding.ignored,
      warnings: (source as? ShardedCheckpoint)?.warnings ?? [])
  }

  private static func adapter(_ url: URL, base: ModelCheckpoint) throws -> ModelCheckpoint {
    let adapter = try LoRAAdapter(url, base: base)
    let own = [LoRAAdapter.configName, LoRAAdapter.weightsName].map(url.appendingPathComponent)
    return ModelCheckpoint(
      url: url, config: base.config, specification: base.specification, weights: base.weights,
      source: AdaptedTensors(base: base.source, adapter: adapter), kind: .adapter(adapter),
      files: sorted(own) + base.files, storedDType: base.storedDType,
      ignoredTensors: base.ignoredTensors, warnings: adapter.warnings)
  }

  private static func openWeights(_ url: URL) throws -> (any TensorSource, [URL]) {
    let files = FileManager.default
    // One file wins over an index, as in `transformers`.
    let single = url.appendingPathComponent("model.safetensors")
    if files.fileExists(atPath: single.path) { return (try SafetensorsFile(single), [single]) }
    let index = url.appendingPathComponent(ShardedCheckpoint.indexName)
    if files.fileExists(atPath: index.path) {
      let shards = try ShardedCheckpoint(index: index)
      return (shards, [index] + shards.shards.map(\.url))
    }
    let hasPickle = files.fileExists(atPath: url.appendingPathComponent("pytorch_model.bin").path)
    throw CheckpointError.notAModel(
      path: url.path,
      problem: "it has neither model.safetensors nor \(ShardedCheckpoint.indexName)"
        + (hasPickle
          ? "; pytorch_model.bin is not read: save_pretrained(safe_serialization=True) converts it"
          : ""))
  }

  private static func sorted(_ files: [URL]) -> [URL] {
    files.sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// Configuration and tokenizer files that are there.
  private static func sideFiles(of url: URL) -> [URL] {
    [
      "config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json",
      "special_tokens_map.json", "added_tokens.json",
    ].map(url.appendingPathComponent)
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  private static func widestDType(of table: WeightTable, in source: any TensorSource) -> DType {
    let dtypes = Set(
      table.entries.filter(\.isProjection).compactMap { source.info($0.name)?.dtype })
    return [.f64, .f32, .f16, .bf16].first(where: dtypes.contains) ?? .f32
  }
}
