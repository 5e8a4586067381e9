import Architecture
import Foundation

/// A PEFT LoRA adapter: ΔW = s·B·A for some linear maps, whole replacements for some tensors.
public struct LoRAAdapter: Sendable {
  /// Its configuration's file name.
  public static let configName = "adapter_config.json"
  /// Its weights' file name.
  public static let weightsName = "adapter_model.safetensors"

  /// Updates by the name of the weight they change.
  public let updates: [String: LowRankUpdate]
  /// Tensors that replace those of the base (`modules_to_save`), by the base's name.
  public let replacements: [String: String]
  /// What in the files is odd and changes nothing, one sentence each.
  public let warnings: [String]
  /// The adapter's file.
  let file: SafetensorsFile

  /// Opens an adapter of a base; factors stay in the file.
  ///
  /// - Throws: ``CheckpointError``; kinds whose ΔW is not s·B·A are refused by name, and so is an
  ///   adapter whose configuration and tensors contradict each other.
  init(_ url: URL, base: ModelCheckpoint) throws {
    let configuration = try LoRAConfiguration(url.appendingPathComponent(Self.configName))
    let weightsURL = url.appendingPathComponent(Self.weightsName)
    guard FileManager.default.fileExists(atPath: weightsURL.path) else {
      throw CheckpointError.invalidAdapter(
        path: url.path, problem: "it has no \(Self.weightsName) (adapter_model.bin is not read)")
    }
    file = try SafetensorsFile(weightsURL)
    let reader = AdapterReader(file: file, configuration: configuration, base: base)
    (updates, replacements) = try reader.read()
    warnings = configuration.warnings
  }
}

/// Matches an adapter's tensors with its configuration and its base.
private struct AdapterReader {
  let file: SafetensorsFile
  let configuration: LoRAConfiguration
  let base: ModelCheckpoint

  func read() throws -> (updates: [String: LowRankUpdate], replacements: [String: String]) {
    var factors: [String: (a: String?, b: String?)] = [:]
    var replacements: [String: String] = [:]
    for info in file.tensors {
      guard let key = AdapterKey(info.name) else {
        throw refuse("tensor \"\(info.name)\" belongs to a kind of adapter that is not supported")
      }
      switch key.part {
      case .a: factors[key.module, default: (nil, nil)].a = info.name
      case .b: factors[key.module, default: (nil, nil)].b = info.name
      case .replacement:
        if try replaces(info, key.module) { replacements[key.module] = info.name }
      }
    }
    var updates: [String: LowRankUpdate] = [:]
    for (module, names) in factors.sorted(by: { $0.key < $1.key }) {
      updates["\(module).weight"] = try update(of: module, names)
    }
    try refuseAbsent(updates: updates, replacements: replacements)
    return (updates, replacements)
  }

  private func refuse(_ problem: String) -> CheckpointError {
    .invalidAdapter(path: file.url.path, problem: problem)
  }

  private func entry(_ name: String) -> WeightEntry? {
    base.weights.entries.first { $0.name == name }
  }

  private func update(of module: String, _ names: (a: String?, b: String?)) throws
    -> LowRankUpdate
  {
    guard let entry = entry("\(module).weight"), entry.isLinear else {
      throw refuse("\"\(module)\" is no linear map of the base")
    }
    guard try configuration.targets(module) else {
      throw refuse("\"\(module)\" has factors, but the configuration does not target it")
    }
    guard let first = names.a, let second = names.b else {
      throw refuse("\"\(module)\" has only one of lora_A and lora_B")
    }
    let (a, b) = (try file.require(first).shape, try file.require(second).shape)
    guard a.count == 2, b.count == 2 else { throw refuse("\"\(module)\": factors are matrices") }
    let (rank, scale) = try configuration.scale(of: module)
    guard a[0] == rank, b[1] == rank else {
      throw refuse(
        "\"\(module)\": the configuration says rank \(rank), lora_A is \(a) and lora_B \(b)")
    }
    guard entry.shape == [b[0], a[1]] else {
      throw refuse("\"\(module)\": B·A is [\(b[0]), \(a[1])], the base is \(entry.shape)")
    }
    return LowRankUpdate(
      rank: rank, scale: scale, shape: entry.shape, file: file, names: (first, second))
  }

  /// Whether a tensor replaces one of the base; PEFT also stores embeddings that did not change.
  private func replaces(_ info: TensorInfo, _ name: String) throws -> Bool {
    guard let entry = entry(name) else {
      throw refuse("tensor \"\(info.name)\" replaces nothing in the base")
    }
    guard entry.shape == info.shape else {
      throw CheckpointError.wrongShape(
        name: info.name, path: file.url.path, expected: entry.shape, found: info.shape)
    }
    guard configuration.saves(name) else {
      if try file.holdsSame(info.name, as: name, in: base.source) { return false }
      throw refuse("tensor \"\(info.name)\" is not named in \"modules_to_save\"")
    }
    guard entry.role != .embedding || !base.specification.tiesEmbeddings else {
      throw refuse(
        "\"modules_to_save\" unties the embeddings of a model that ties them: this is not "
          + "supported")
    }
    return true
  }

  /// What the configuration names and the file lacks would be a random start, not an update.
  private func refuseAbsent(
    updates: [String: LowRankUpdate], replacements: [String: String]
  ) throws {
    for entry in base.weights.entries where entry.isLinear && updates[entry.name] == nil {
      let module = String(entry.name.dropLast(".weight".count))
      if try configuration.targets(module) {
        throw refuse("the configuration targets \"\(module)\", which has no factors")
      }
    }
    for module in configuration.savedModules
    where !replacements.keys.contains(where: { LoRAConfiguration.module(of: $0, is: module) }) {
      throw refuse("\"modules_to_save\" names \"\(module)\", which is not stored")
    }
    guard !updates.isEmpty || !replacements.isEmpty else { throw refuse("it changes nothing") }
  }
}

extension WeightEntry {
  /// Whether PEFT adapts this as `nn.Linear`.
  fileprivate var isLinear: Bool { isProjection || role == .unembedding }
}
