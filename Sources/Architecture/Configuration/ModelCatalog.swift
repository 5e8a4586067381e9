import JSON

/// Model families: config.json → specification, specification → weight table.
///
/// Defaults of absent keys are those of `transformers`' configuration classes.
public enum ModelCatalog {
  /// `model_type`s that are supported.
  public static let families = ["llama", "mistral", "qwen2", "qwen3"]

  /// Keys that other families compute with; a checkpoint that sets one is not what it says.
  private static let foreignKeys = [
    "quantization_config", "attn_logit_softcapping", "final_logit_softcapping",
    "query_pre_attn_scalar", "embedding_multiplier", "residual_multiplier", "attention_multiplier",
    "logits_scaling", "logit_scale", "num_experts", "num_local_experts", "n_routed_experts",
    "kv_lora_rank", "q_lora_rank", "scale_emb", "scale_depth", "dim_model_base", "clip_qkv",
    "no_rope_layers", "attention_chunk_size", "use_qk_norm", "layer_replication",
  ]

  /// Reads config.json in its old form (`rope_theta`, `rope_scaling`) or its new one
  /// (`rope_parameters`).
  ///
  /// - Throws: ``ArchitectureError``.
  public static func specification(from config: JSONValue) throws -> DecoderSpecification {
    let reader = try ConfigReader(config)
    guard let family = try reader.text("model_type") else {
      throw ArchitectureError.missingKey("model_type")
    }
    guard families.contains(family) else {
      throw ArchitectureError.unsupportedFamily(family, known: families)
    }
    for key in foreignKeys { try reader.refuse(key) }
    try reader.refuse("hidden_act") { ["silu", "swish"].contains($0.string) }
    try reader.refuse("pretraining_tp") { $0.int == 1 }
    try reader.refuse("is_encoder_decoder") { $0.bool == false }

    let layerCount = try reader.requiredCount("num_hidden_layers", in: 1...10_000)
    let width = try reader.requiredCount("hidden_size")
    let heads = try reader.requiredCount("num_attention_heads")
    let attention = try attention(reader, family, heads: heads, width: width)
    let contextLength = try contextLength(reader, family)
    return DecoderSpecification(
      family: family, layerCount: layerCount, width: width,
      vocabularySize: try reader.requiredCount("vocab_size"),
      contextLength: contextLength, attention: attention,
      attentionSpans: try SpanReader(reader, family, layerCount: layerCount).spans(),
      feedForward: FeedForwardSpecification(
        hidden: try reader.requiredCount("intermediate_size"),
        hasBias: family == "llama" ? try reader.flag("mlp_bias") ?? false : false),
      normEpsilon: Float(try reader.positive("rms_norm_eps") ?? 1e-6),
      rotary: try RotaryReader(reader, contextLength: contextLength).rotary(),
      tiesEmbeddings: try reader.flag("tie_word_embeddings") ?? false)
  }

  private static func contextLength(_ reader: ConfigReader, _ family: String) throws -> Int {
    let fallback = ["llama": 2048, "mistral": 4096 * 32][family] ?? 32768
    return try reader.count("max_position_embeddings", in: 1...ConfigReader.largestLength)
      ?? fallback
  }

  private static func attention(
    _ reader: ConfigReader, _ family: String, heads: Int, width: Int
  ) throws -> AttentionSpecification {
    let absent = ["mistral": 8, "qwen2": 32, "qwen3": 32][family]
    let keyValueHeads =
      try reader.count("num_key_value_heads")
      ?? (reader.has("num_key_value_heads") ? heads : absent ?? heads)
    guard heads % keyValueHeads == 0 else {
      throw ArchitectureError.invalidKey(
        "num_key_value_heads", found: "\(keyValueHeads)",
        expected: "a divisor of num_attention_heads = \(heads)")
    }
    let headWidth: Int
    if let given = try reader.count("head_dim") {
      headWidth = given
    } else if family == "qwen3" {
      headWidth = 128
    } else {
      guard width % heads == 0 else {
        throw ArchitectureError.invalidKey(
          "num_attention_heads", found: "\(heads)",
          expected: "a divisor of hidden_size = \(width), or a head_dim")
      }
      headWidth = width / heads
    }
    guard headWidth >= 2, headWidth % 2 == 0 else {
      throw ArchitectureError.invalidKey(
        "head_dim", found: "\(headWidth)", expected: "an even number: heads are rotated in halves")
    }
    let bias = try reader.flag("attention_bias") ?? false
    return AttentionSpecification(
      heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth,
      hasQueryKeyValueBias: family == "qwen2" || (family != "mistral" && bias),
      hasOutputBias: ["llama", "qwen3"].contains(family) && bias,
      normalizesQueriesAndKeys: family == "qwen3")
  }

  /// Every tensor of a decoder in the order of a pass, under Hugging Face's names.
  public static func weights(for specification: DecoderSpecification) -> WeightTable {
    WeightTableBuilder(specification).table()
  }
}
