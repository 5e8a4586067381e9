/// Lays out the tensors of a decoder.
struct WeightTableBuilder {
  private let specification: DecoderSpecification

  init(_ specification: DecoderSpecification) {
    self.specification = specification
  }

  func table() -> WeightTable {
    let width = specification.width
    let vocabulary = specification.vocabularySize
    var entries = [
      WeightEntry(
        role: .embedding, layer: nil, name: "model.embed_tokens.weight",
        shape: [vocabulary, width], reads: .vocabulary, writes: .residual)
    ]
    for layer in 0..<specification.layerCount { entries += block(layer) }
    entries.append(
      WeightEntry(role: .finalNorm, layer: nil, name: "model.norm.weight", shape: [width]))
    if !specification.tiesEmbeddings {
      entries.append(
        WeightEntry(
          role: .unembedding, layer: nil, name: "lm_head.weight", shape: [vocabulary, width],
          reads: .residual, writes: .vocabulary))
    }
    return WeightTable(entries: entries)
  }

  private func block(_ layer: Int) -> [WeightEntry] {
    let attention = specification.attention
    let width = specification.width
    let hidden = specification.feedForward.hidden
    let prefix = "model.layers.\(layer)"

    func norm(_ role: WeightRole, _ place: String, _ size: Int) -> WeightEntry {
      WeightEntry(role: role, layer: layer, name: "\(prefix).\(place).weight", shape: [size])
    }
    func linear(
      _ role: WeightRole, _ place: String, _ rows: Int, _ columns: Int, _ reads: ActivationSpace,
      _ writes: ActivationSpace, bias: Bool
    ) -> [WeightEntry] {
      let name = "\(prefix).\(place).\(role.rawValue)"
      let weight = WeightEntry(
        role: role, layer: layer, name: "\(name).weight", shape: [rows, columns], reads: reads,
        writes: writes)
      guard bias else { return [weight] }
      return [
        weight,
        WeightEntry(role: role, layer: layer, isBias: true, name: "\(name).bias", shape: [rows]),
      ]
    }

    let inputBias = attention.hasQueryKeyValueBias
    let mlpBias = specification.feedForward.hasBias
    var entries = [norm(.attentionNorm, "input_layernorm", width)]
    entries += linear(
      .query, "self_attn", attention.queryWidth, width, .residual, .queries(layer: layer),
      bias: inputBias)
    entries += linear(
      .key, "self_attn", attention.keyValueWidth, width, .residual, .keys(layer: layer),
      bias: inputBias)
    entries += linear(
      .value, "self_attn", attention.keyValueWidth, width, .residual, .values(layer: layer),
      bias: inputBias)
    if attention.normalizesQueriesAndKeys {
      entries.append(norm(.queryNorm, "self_attn.q_norm", attention.headWidth))
      entries.append(norm(.keyNorm, "self_attn.k_norm", attention.headWidth))
    }
    entries += linear(
      .output, "self_attn", width, attention.queryWidth, .heads(layer: layer), .residual,
      bias: attention.hasOutputBias)
    entries.append(norm(.feedForwardNorm, "post_attention_layernorm", width))
    entries += linear(.gate, "mlp", hidden, width, .residual, .neurons(layer: layer), bias: mlpBias)
    entries += linear(.up, "mlp", hidden, width, .residual, .neurons(layer: layer), bias: mlpBias)
    entries += linear(.down, "mlp", width, hidden, .neurons(layer: layer), .residual, bias: mlpBias)
    return entries
  }
}
