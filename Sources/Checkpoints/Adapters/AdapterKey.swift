/// A tensor name of a PEFT adapter file, taken apart.
struct AdapterKey {
  /// What the tensor is.
  enum Part: Equatable {
    /// A [r, in].
    case a
    /// B [out, r].
    case b
    /// A whole tensor in place of the base's: of `modules_to_save`, or an embedding as it was.
    case replacement
  }

  /// The module of a factor; the whole tensor name of a replacement.
  let module: String
  /// What the tensor is.
  let part: Part

  /// Takes a name apart; nil if it belongs to another kind of adapter (DoRA's magnitudes, biases,
  /// embeddings' factors).
  ///
  /// Old files carry the adapter's name: `.lora_A.default.weight`.
  init?(_ name: String) {
    let prefix = "base_model.model."
    guard name.hasPrefix(prefix) else { return nil }
    let rest = String(name.dropFirst(prefix.count))
    for (infix, part) in [(".lora_A", Part.a), (".lora_B", .b)] {
      for ending in ["\(infix).weight", "\(infix).default.weight"] where rest.hasSuffix(ending) {
        module = String(rest.dropLast(ending.count))
        self.part = part
        return
      }
    }
    guard !rest.contains(".lora_"), !rest.contains("trainable_tokens_") else { return nil }
    module =
      rest.replacing(".modules_to_save.default.", with: ".")
      .replacing(".modules_to_save.", with: ".").replacing(".base_layer.", with: ".")
    part = .replacement
  }
}
