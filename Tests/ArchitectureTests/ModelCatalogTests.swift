import Architecture
import Foundation
import JSON
import TestSupport
import Testing

/// What `transformers` builds from a config.json; see tools/fixtures/checkpoints.py.
struct BuiltModel: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let config: String
  let tensors: [String: [Int]]
  let heads: Int
  let keyValueHeads: Int
  let headDim: Int
  let context: Int
  let epsilon: Float
  let tied: Bool
  let spans: [Int?]
  let invFreq: [Double]
  let attentionScaling: Double

  var testDescription: String { name }

  static func load() throws -> [BuiltModel] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      [BuiltModel].self, from: Data(contentsOf: Fixture.url("checkpoints/specifications.json")))
  }
}

@Suite("ModelCatalog")
struct ModelCatalogTests {
  private func specification(_ text: String) throws -> DecoderSpecification {
    try ModelCatalog.specification(from: JSONParser.parse(text))
  }

  private func specification(_ model: TinyDecoder) throws -> DecoderSpecification {
    try specification(model.configuration)
  }

  @Test("reads every form of config.json as transformers does")
  func parity() throws {
    let models = try BuiltModel.load()
    #expect(models.count == 19)
    for model in models {
      let found = try specification(model.config)
      #expect(found.attention.heads == model.heads, "\(model.name)")
      #expect(found.attention.keyValueHeads == model.keyValueHeads, "\(model.name)")
      #expect(found.attention.headWidth == model.headDim, "\(model.name)")
      #expect(found.contextLength == model.context, "\(model.name)")
      #expect(found.normEpsilon == model.epsilon, "\(model.name)")
      #expect(found.tiesEmbeddings == model.tied, "\(model.name)")
      let windows = found.attentionSpans.map { span -> Int? in
        if case .sliding(let window) = span { window } else { nil }
      }
      #expect(windows == model.spans, "\(model.name)")
    }
  }

  @Test("the weight table names and shapes the parameters that transformers builds")
  func weightTable() throws {
    for model in try BuiltModel.load() {
      let table = ModelCatalog.weights(for: try specification(model.config))
      let found = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.shape) })
      #expect(found == model.tensors, "\(model.name)")
    }
  }

  @Test("rotary frequencies follow from what was read")
  func rotary() throws {
    for model in try BuiltModel.load() {
      let found = try specification(model.config)
      let (frequencies, scaling) = plainRotary(found)
      #expect(frequencies.count == model.invFreq.count)
      for (mine, theirs) in zip(frequencies, model.invFreq) {
        // transformers computes in binary32.
        #expect(abs(mine - theirs) <= 1e-6 * theirs, "\(model.name)")
      }
      #expect(abs(scaling - model.attentionScaling) <= 1e-12, "\(model.name)")
    }
  }

  @Test(
    "a key that changes the maths is refused by name",
    arguments: [
      ("hidden_act", "\"gelu\""), ("attn_logit_softcapping", "50.0"), ("logits_scaling", "8"),
      ("partial_rotary_factor", "0.5"), ("quantization_config", "{\"bits\": 4}"),
      ("num_experts", "8"), ("pretraining_tp", "2"),
    ])
  func refused(key: String, value: String) {
    #expect {
      try specification(TinyDecoder { $0.config[key] = value })
    } throws: { error in
      if case .unsupportedKey(key, _)? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test(
    "a rotary table that is not known is refused by name",
    arguments: [
      (#"{"rope_type": "longrope", "factor": 2.0}"#, "rope_parameters.rope_type"),
      (#"{"rope_type": "default", "mrope_section": [1, 2]}"#, "rope_parameters.mrope_section"),
      (#"{"full_attention": {"rope_theta": 1e6}}"#, "rope_parameters.full_attention"),
      (#"{"partial_rotary_factor": 0.5}"#, "rope_parameters.partial_rotary_factor"),
    ])
  func refusedRotary(table: String, key: String) {
    #expect {
      try specification(TinyDecoder { $0.config["rope_parameters"] = table })
    } throws: { error in
      if case .unsupportedKey(key, _)? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test(
    "a value that cannot be is refused",
    arguments: [
      ("hidden_size", "0"), ("hidden_size", "2.5"), ("hidden_size", "1e3"),
      ("hidden_size", "99999999999"), ("num_hidden_layers", "1000000000"), ("head_dim", "7"),
      ("num_key_value_heads", "3"), ("rope_theta", "-1"), ("rope_theta", "\"x\""),
      ("tie_word_embeddings", "1"), ("rms_norm_eps", "0"), ("vocab_size", "[]"),
      ("layer_types", "[\"full_attention\"]"), ("rope_scaling", "3"),
    ])
  func invalid(key: String, value: String) {
    #expect {
      try specification(TinyDecoder { $0.config[key] = value })
    } throws: { error in
      if case .invalidKey(key, _, _)? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test("absent keys are named", arguments: ["hidden_size", "vocab_size", "intermediate_size"])
  func missing(key: String) {
    #expect(throws: ArchitectureError.missingKey(key)) {
      try specification(TinyDecoder { $0.config[key] = "null" })
    }
  }

  @Test("another family is refused by name")
  func family() {
    #expect(throws: ArchitectureError.unsupportedFamily("gemma2", known: ModelCatalog.families)) {
      try specification(TinyDecoder("gemma2"))
    }
  }

  @Test("layer types that the family ignores must say what it does")
  func ignoredLayerTypes() throws {
    let mixed = #"["full_attention", "sliding_attention"]"#
    for family in ["llama", "mistral"] {
      #expect(throws: ArchitectureError.self) {
        try specification(TinyDecoder(family) { $0.config["layer_types"] = mixed })
      }
    }
    let full = #"["full_attention", "full_attention"]"#
    let llama = try specification(TinyDecoder { $0.config["layer_types"] = full })
    #expect(llama.attentionSpans == [.full, .full])
  }

  /// inv_freq and the factor of cos and sin, computed the slow way from the specification.
  private func plainRotary(_ specification: DecoderSpecification) -> ([Double], Double) {
    let width = Double(specification.attention.headWidth)
    let theta = specification.rotary.theta
    let plain = stride(from: 0, to: width, by: 2).map { pow(theta, -$0 / width) }
    switch specification.rotary.scaling {
    case .none, .dynamic:
      return (plain, 1)
    case .linear(let factor):
      return (plain.map { $0 / factor }, 1)
    case .llama3(let factor, let low, let high, let original):
      return (
        plain.map { frequency in
          let turns = Double(original) * frequency / (2 * .pi)
          if turns < low { return frequency / factor }
          if turns > high { return frequency }
          let smooth = (turns - low) / (high - low)
          return (1 - smooth) * frequency / factor + smooth * frequency
        }, 1
      )
    case .yarn(let factor, let original, let fast, let slow, let attention, let truncates):
      func dimension(_ turns: Double) -> Double {
        width * log(Double(original) / (turns * 2 * .pi)) / (2 * log(theta))
      }
      var (low, high) = (dimension(fast), dimension(slow))
      if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
      (low, high) = (max(low, 0), min(high, width - 1))
      if low == high { high += 0.001 }
      return (
        plain.enumerated().map { index, frequency in
          let ramp = min(1, max(0, (Double(index) - low) / (high - low)))
          return frequency / factor * ramp + frequency * (1 - ramp)
        }, attention
      )
    }
  }
}
