import JSON

/// What stands beside the tokenizer in its directory: tokenizer_config.json, else
/// special_tokens_map.json, else the ids of config.json.
///
/// Of tokenizer_config.json only the special tokens and `add_bos_token`, `add_eos_token` count;
/// chat templates are not read.
struct TokenizerConfiguration: Sendable {
  var names = SpecialTokenNames()
  /// Whether a tokenizer.model puts the BOS first; transformers' default for Llama is true.
  var addsBOS = true
  /// Whether a tokenizer.model puts the EOS last.
  var addsEOS = false

  /// - Throws: ``TokenizerError`` if a value is of the wrong kind.
  init(
    tokenizerConfig: JSONValue?, specialTokensMap: JSONValue?, modelConfig: JSONValue?
  ) throws {
    if let tokenizerConfig {
      let root = ComponentNode(tokenizerConfig, file: "tokenizer_config.json")
      names = try Self.names(root)
      addsBOS = try root.bool("add_bos_token", default: true)
      addsEOS = try root.bool("add_eos_token", default: false)
    }
    if let specialTokensMap {
      let root = ComponentNode(specialTokensMap, file: "special_tokens_map.json")
      let others = try Self.names(root)
      names.bos = names.bos ?? others.bos
      names.eos = names.eos ?? others.eos
      names.unk = names.unk ?? others.unk
      names.pad = names.pad ?? others.pad
    }
    names.bosID = modelConfig.flatMap { Self.firstID($0["bos_token_id"]) }
    names.eosID = modelConfig.flatMap { Self.firstID($0["eos_token_id"]) }
  }

  /// An id, or the first of several.
  private static func firstID(_ value: JSONValue?) -> Int? {
    value?.int ?? value?.array?.first?.int
  }

  private static func names(_ root: ComponentNode) throws -> SpecialTokenNames {
    /// A token is its text, or an object with the text as `content`.
    func name(_ key: UTF8Text) throws -> String? {
      guard let node = root.optional(key) else { return nil }
      return try (node.value.object == nil ? node : node.member("content")).string()
    }
    return SpecialTokenNames(
      bos: try name("bos_token"), eos: try name("eos_token"), unk: try name("unk_token"),
      pad: try name("pad_token"))
  }
}
