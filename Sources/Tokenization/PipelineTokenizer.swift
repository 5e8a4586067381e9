import JSON

/// The tokenizer that a tokenizer.json describes, followed literally.
///
/// Added tokens are cut out, the rest is normalised, cut into pieces, split by the model, and
/// post-processed, as the `tokenizers` library 0.23 does it. `truncation` and `padding` are ignored.
struct PipelineTokenizer: Tokenizer {
  private(set) var special: SpecialTokens
  let vocabularySize: Int
  private let added: AddedVocabulary
  private let normalizer: Normalizer?
  private let preTokenizer: PreTokenizer?
  private let model: BPEModel
  private let postProcessor: PostProcessor?
  private let decoder: Decoder?

  /// - Parameters:
  ///   - document: A parsed tokenizer.json.
  ///   - names: The texts of the tokens that have a role.
  /// - Throws: ``TokenizerError`` naming the JSON path of what is unknown or wrong.
  init(_ document: JSONValue, names: SpecialTokenNames) throws {
    let root = ComponentNode(document, file: "tokenizer.json")
    normalizer = try root.optional("normalizer").map(Normalizer.init)
    preTokenizer = try root.optional("pre_tokenizer").map(PreTokenizer.init)
    postProcessor = try root.optional("post_processor").map(PostProcessor.init)
    decoder = try root.optional("decoder").map(Decoder.init)
    let modelNode = try root.member("model")
    let type = try modelNode.optional("type")?.string() ?? "BPE"
    guard type == "BPE" else { throw modelNode.unknown("model", type) }
    let model = try BPEModel(modelNode)
    let added = try AddedVocabulary(
      root.optional("added_tokens")?.elements() ?? [], vocabulary: model.vocabulary,
      normalizer: normalizer)
    self.model = model
    self.added = added
    vocabularySize = max(model.vocabulary.size, added.size)

    var frame = Encoding()
    postProcessor?.apply(to: &frame, addSpecialTokens: true)
    special = SpecialTokens()
    special = names.resolved(in: self, frame: frame.ids)
  }

  /// Largest id + 1 of the model alone.
  var modelVocabularySize: Int { model.vocabulary.size }

  func encode(_ text: String, addSpecialTokens: Bool) throws -> Encoding {
    var segmented = try added.segment(AlignedText(text), normalizer: normalizer)
    try preTokenizer?.apply(to: &segmented)
    var encoding = tokens(of: segmented, locations: ScalarLocations(of: text))
    postProcessor?.apply(to: &encoding, addSpecialTokens: addSpecialTokens)
    return encoding
  }

  func decode(_ ids: [Int], skipSpecialTokens: Bool) throws -> String {
    let tokens: [[UInt8]] = ids.compactMap { id in
      guard let token = added.token(of: id) else { return model.vocabulary.bytes(of: id) }
      return skipSpecialTokens && token.isSpecial ? nil : token.content
    }
    let parts = try decoder?.apply(tokens) ?? [Array(tokens.joined(separator: [0x20]))]
    return String(decoding: Array(parts.joined()), as: UTF8.self)
  }

  func token(of id: Int) -> String? {
    if let token = added.token(of: id) { return String(decoding: token.content, as: UTF8.self) }
    return model.vocabulary.text(of: id)
  }

  func id(of token: String) -> Int? {
    let bytes = Array(token.utf8)
    return added.id(of: bytes) ?? model.vocabulary.id(of: bytes).map(Int.init)
  }

  private func tokens(of segmented: SegmentedText, locations: ScalarLocations) -> Encoding {
    let text = segmented.text
    var encoding = Encoding()
    encoding.reserveCapacity(text.count / 3)
    var parts: [BPEWorkspace.Token] = []
    model.withWorkspace { workspace in
      text.bytes.withUnsafeBufferPointer { bytes in
        for segment in segmented.segments {
          if let id = segment.addedToken {
            encoding.append(
              id, locations.range(of: text.origin(of: segment.range)),
              String(decoding: bytes[segment.range], as: UTF8.self))
            continue
          }
          parts.removeAll(keepingCapacity: true)
          model.tokenize(
            UnsafeBufferPointer(rebasing: bytes[segment.range]), with: &workspace, into: &parts)
          var start = segment.range.lowerBound
          for part in parts {
            let end = start + Int(part.length)
            encoding.append(
              Int(part.id), locations.range(of: text.origin(of: start..<end)),
              model.vocabulary.text(of: Int(part.id)) ?? "")
            start = end
          }
        }
      }
    }
    return encoding
  }
}
