import Foundation
import JSON

/// adapter_config.json of PEFT, as far as it changes ΔW.
struct LoRAConfiguration {
  let rank: Int
  let alpha: Double
  let usesRankStabilisation: Bool
  let isTransposed: Bool
  let rankPattern: [(key: String, value: Double)]
  let alphaPattern: [(key: String, value: Double)]
  let targets: Targets
  let savedModules: [String]

  /// Which modules are adapted.
  enum Targets {
    case suffixes([String])
    case pattern(String)
    case allLinear
  }

  private let path: String

  /// Kinds of initialisation after which ΔW is s·B·A on the base as it is.
  private static let plainInitialisations = ["gaussian", "orthogonal", "eva"]

  /// Keys that change what ΔW means, with their neutral values.
  private static let refused = [
    "use_dora", "use_qalora", "layer_replication", "trainable_token_indices", "target_parameters",
    "loftq_config", "corda_config", "eva_config_required", "megatron_config", "lora_bias",
    "velora_config", "arrow_config", "alora_invocation_tokens", "use_bdlora", "monteclora_config",
  ]

  init(_ url: URL) throws {
    path = url.path
    let path = path
    func refuse(_ problem: String) -> CheckpointError {
      .invalidAdapter(path: path, problem: problem)
    }
    let config = try JSONFile.read(url)
    func value(_ key: String) -> JSONValue? { config[UTF8Text(key)].flatMap { $0.isNull ? nil : $0 } }

    let kind = value("peft_type")?.string ?? "none"
    guard kind == "LORA" else {
      throw refuse("peft_type \(kind) is not supported; supported: LORA")
    }
    for key in Self.refused {
      guard let found = value(key), found.bool != false, !Self.isEmpty(found) else { continue }
      throw refuse("\"\(key)\" changes what ΔW means and is not supported")
    }
    if let initialisation = value("init_lora_weights"), initialisation.bool == nil {
      let name = initialisation.string ?? initialisation.kind
      guard Self.plainInitialisations.contains(name) else {
        throw refuse(
          "init_lora_weights \"\(name)\" changes the base weights, so that ΔW is not s·B·A; "
            + "convert the adapter to plain LoRA first")
      }
    }
    let bias = value("bias")?.string ?? "none"
    guard bias == "none" else { throw refuse("bias \"\(bias)\" is not supported; supported: none") }

    guard let rank = value("r")?.int, rank >= 1 else { throw refuse("\"r\" must be at least 1") }
    guard let alpha = value("lora_alpha")?.double, alpha.isFinite else {
      throw refuse("\"lora_alpha\" must be a number")
    }
    self.rank = rank
    self.alpha = alpha
    usesRankStabilisation = value("use_rslora")?.bool ?? false
    isTransposed = value("fan_in_fan_out")?.bool ?? false
    func pattern(_ key: String) throws -> [(key: String, value: Double)] {
      guard let found = value(key) else { return [] }
      guard let object = found.object else { throw refuse("\"\(key)\" must be an object") }
      return try object.members.map { member in
        guard let number = member.value.double, number > 0, number.isFinite else {
          throw refuse("\"\(key)\", \"\(member.key.string)\": expected a positive number")
        }
        return (member.key.string, number)
      }
    }
    rankPattern = try pattern("rank_pattern")
    alphaPattern = try pattern("alpha_pattern")
    switch value("target_modules") {
    case .string(let text) where text.string == "all-linear": targets = .allLinear
    case .string(let text): targets = .pattern(text.string)
    case .array(let elements): targets = .suffixes(elements.compactMap(\.string))
    default: throw refuse("\"target_modules\" must be a list or a regular expression")
    }
    savedModules = value("modules_to_save")?.array?.compactMap(\.string) ?? []
  }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    value.array?.isEmpty == true || value.object?.members.isEmpty == true
  }

  /// r and s of a module, `model.layers.0.self_attn.q_proj`.
  func scale(of module: String) throws -> (rank: Int, scale: Double) {
    let rank = try override(rankPattern, module).map { Int($0) } ?? rank
    let alpha = try override(alphaPattern, module) ?? alpha
    let divisor = usesRankStabilisation ? Double(rank).squareRoot() : Double(rank)
    return (rank, alpha / divisor)
  }

  /// Whether the configuration adapts a module.
  func targets(_ module: String) throws -> Bool {
    switch targets {
    case .allLinear: true
    case .suffixes(let names): names.contains { module == $0 || module.hasSuffix(".\($0)") }
    case .pattern(let pattern): try matches(pattern, module)
    }
  }

  /// PEFT matches keys of patterns as `(.*\.)?(key)$`.
  private func override(_ pattern: [(key: String, value: Double)], _ module: String) throws
    -> Double?
  {
    try pattern.first { try matches("(.*\\.)?(\($0.key))", module) }?.value
  }

  private func matches(_ pattern: String, _ module: String) throws -> Bool {
    do {
      return try Regex(pattern).wholeMatch(in: module) != nil
    } catch {
      throw CheckpointError.invalidAdapter(
        path: path, problem: "\"\(pattern)\" is no regular expression that can be read")
    }
  }
}
