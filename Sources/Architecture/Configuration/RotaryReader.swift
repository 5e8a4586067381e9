import Foundation
import JSON

/// `rope_parameters`, or `rope_theta` with `rope_scaling`, as `transformers` reads them.
///
/// Where both forms stand, `rope_scaling` wins, as there.
struct RotaryReader {
  private let config: ConfigReader
  private let parameters: ConfigReader?
  private let contextLength: Int

  init(_ config: ConfigReader, contextLength: Int) throws {
    self.config = config
    self.contextLength = contextLength
    parameters = try config.nested("rope_scaling") ?? config.nested("rope_parameters")
  }

  func rotary() throws -> RotarySpecification {
    for reader in [config, parameters].compactMap({ $0 }) {
      try reader.refuse("partial_rotary_factor") { $0.double == 1 }
    }
    // One table for each kind of layer, or one number for each frequency.
    for (key, value) in parameters?.object.members ?? []
    where value.object != nil || value.array != nil {
      try parameters?.refuse(key.string)
    }
    let theta = try parameters?.positive("rope_theta") ?? config.positive("rope_theta") ?? 10_000
    return RotarySpecification(theta: theta, scaling: try scaling(theta: theta))
  }

  private func scaling(theta: Double) throws -> RotaryScaling {
    guard let parameters else { return .none }
    let type = try parameters.text("rope_type") ?? parameters.text("type") ?? "default"
    switch type {
    case "default":
      return .none
    case "linear":
      return .linear(factor: try parameters.requiredPositive("factor"))
    case "dynamic":
      return .dynamic(
        factor: try parameters.requiredPositive("factor"), originalLength: contextLength)
    case "llama3":
      return .llama3(
        factor: try parameters.requiredPositive("factor"),
        lowFrequencyFactor: try parameters.requiredPositive("low_freq_factor"),
        highFrequencyFactor: try parameters.requiredPositive("high_freq_factor"),
        originalLength: try originalLength(parameters))
    case "yarn":
      return try yarn(parameters)
    default:
      throw ArchitectureError.unsupportedKey(
        "\(parameters.path).rope_type", found: "\"\(type)\"")
    }
  }

  private func originalLength(_ parameters: ConfigReader) throws -> Int {
    let key = "original_max_position_embeddings"
    let lengths = 1...ConfigReader.largestLength
    return try config.count(key, in: lengths) ?? parameters.count(key, in: lengths)
      ?? contextLength
  }

  private func yarn(_ parameters: ConfigReader) throws -> RotaryScaling {
    let original = try originalLength(parameters)
    let factor = try parameters.positive("factor") ?? Double(contextLength) / Double(original)
    func scale(_ mscale: Double) -> Double { factor <= 1 ? 1 : 0.1 * mscale * log(factor) + 1 }
    let attentionFactor: Double
    if let given = try parameters.positive("attention_factor") {
      attentionFactor = given
    } else if let mscale = try parameters.number("mscale"), mscale != 0,
      let all = try parameters.number("mscale_all_dim"), all != 0
    {
      attentionFactor = scale(mscale) / scale(all)
    } else {
      attentionFactor = scale(1)
    }
    return .yarn(
      factor: factor, originalLength: original,
      betaFast: try parameters.positive("beta_fast") ?? 32,
      betaSlow: try parameters.positive("beta_slow") ?? 1, attentionFactor: attentionFactor,
      truncates: try parameters.flag("truncate") ?? true)
  }
}
