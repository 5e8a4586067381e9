import Foundation
import JSON

/// adapter_config.json of PEFT, as far as it changes ΔW.
struct LoRAConfiguration {
  /// `modules_to_save`.
  let savedModules: [String]
  /// What is odd and changes nothing.
  let warnings: [String]
  private let rank: Int
  private let alpha: Double
  private let usesRankStabilisation: Bool
  private let rankPattern: [(key: String, value: Double)]
  private let alphaPattern: [(key: String, value: Double)]
  private let targets: AdapterTargets

  /// Kinds of initialisation after which ΔW is s·B·A on the base as it is.
  private static let plainInitialisations = ["gaussian", "orthogonal", "eva"]

  /// Keys that change what ΔW means unless they are null, false or empty.
  private static let refused = [
    "alora_invocation_tokens", "arrow_config", "corda_config", "kasa_config", "layer_replication",
    "loftq_config", "lora_bias", "lora_ga_config", "monteclora_config", "target_parameters",
    "trainable_token_indices", "use_bdlora", "use_dora", "use_qalora", "velora_config",
  ]

  /// Reads a configuration.
  ///
  /// - Throws: ``CheckpointError``.
  init(_ url: URL) throws {
    let reader = AdapterConfigReader(config: try JSONFile.read(url), path: url.path)
    let kind = try reader.text("peft_type") ?? "null"
    guard kind == "LORA" else {
      throw reader.refuse("peft_type \(kind) is not supported; supported: LORA")
    }
    for key in Self.refused where reader.isSet(key) {
      throw reader.refuse("\"\(key)\" changes what ΔW means and is not supported")
    }
    if let initialisation = reader["init_lora_weights"], initialisation.bool == nil {
      let name = initialisation.string ?? initialisation.kind
      guard Self.plainInitialisations.contains(name.lowercased()) else {
        throw reader.refuse(
          "init_lora_weights \"\(name)\" changes the base weights, so that ΔW is not s·B·A; "
            + "convert the adapter to plain LoRA first")
      }
    }
    let bias = try reader.text("bias") ?? "none"
    guard bias == "none" else {
      throw reader.refuse("bias \"\(bias)\" is not supported; supported: none")
    }
    guard let rank = reader["r"]?.int, rank >= 1 else {
      throw reader.refuse("\"r\" must be a whole number of at least 1")
    }
    guard let alpha = reader["lora_alpha"]?.double, alpha.isFinite else {
      throw reader.refuse("\"lora_alpha\" must be a number")
    }
    self.rank = rank
    self.alpha = alpha
    usesRankStabilisation = try reader.flag("use_rslora")
    rankPattern = try reader.pattern("rank_pattern") { $0 >= 1 && $0 == $0.rounded() && $0 < 1e9 }
    alphaPattern = try reader.pattern("alpha_pattern", where: \.isFinite)
    savedModules = try reader.texts("modules_to_save") ?? []
    targets = try AdapterTargets(reader, savedModules: savedModules)
    warnings =
      try reader.flag("fan_in_fan_out")
      ? [
        "\(url.path): fan_in_fan_out is for layers that keep [in, out]; this model has none, and "
          + "PEFT ignores it too"
      ] : []
  }

  /// r and s of a module, `model.layers.0.self_attn.q_proj`.
  ///
  /// - Throws: ``CheckpointError`` if a pattern is no regular expression.
  func scale(of module: String) throws -> (rank: Int, scale: Double) {
    let rank = try value(of: module, in: rankPattern).map { Int($0) } ?? rank
    let alpha = try value(of: module, in: alphaPattern) ?? alpha
    let divisor = usesRankStabilisation ? Double(rank).squareRoot() : Double(rank)
    return (rank, alpha / divisor)
  }

  /// Whether the configuration adapts a module.
  ///
  /// - Throws: ``CheckpointError`` if a pattern is no regular expression.
  func targets(_ module: String) throws -> Bool { try targets.contains(module) }

  /// Whether a tensor of the base is replaced as a whole.
  func saves(_ tensor: String) -> Bool {
    savedModules.contains { Self.module(of: tensor, is: $0) }
  }

  /// Whether a tensor's module ends with a name, as PEFT compares: `norm` means every `…norm`.
  static func module(of tensor: String, is name: String) -> Bool {
    tensor.split(separator: ".").dropLast().joined(separator: ".").hasSuffix(name)
  }

  /// The first pattern that matches, as PEFT does: `(.*\.)?(key)$`.
  private func value(of module: String, in pattern: [(key: String, value: Double)]) throws
    -> Double?
  {
    try pattern.first { try targets.matches("(.*\\.)?(\($0.key))", module) }?.value
  }
}
