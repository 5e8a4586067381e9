/// The tokenizer of a tokenizer.model, split and joined by the SentencePiece library.
///
/// As in that library, the text of a control token such as `<s>` is ordinary text when it is met in
/// a prompt; control tokens are only added by `addSpecialTokens`.
struct SentencePieceTokenizer: Tokenizer {
  let special: SpecialTokens
  private let model: SentencePieceModel
  private let texts: [String]
  private let ids: [[UInt8]: Int]

  /// - Parameters:
  ///   - bytes: A tokenizer.model.
  ///   - names: The texts of tokens with a role; the model's own where nil.
  ///   - addsBOS: Whether encoding with special tokens puts the BOS first, if there is one.
  ///   - addsEOS: Whether it puts the EOS last, if there is one.
  /// - Throws: ``TokenizerError/sentencePiece(_:)`` if the library cannot read the model.
  init(
    _ bytes: [UInt8], names: SpecialTokenNames, addsBOS: Bool, addsEOS: Bool
  ) throws {
    let model = try SentencePieceModel(bytes)
    let pieces = (0..<model.size).map(model.piece)
    texts = pieces.map { String(decoding: $0, as: UTF8.self) }
    let ids = Dictionary(pieces.enumerated().map { ($1, $0) }) { first, _ in first }
    self.model = model
    self.ids = ids

    let texts = texts
    func token(_ name: String?, _ own: Int?) -> SpecialToken? {
      guard let id = name.flatMap({ ids[Array($0.utf8)] }) ?? own else { return nil }
      return SpecialToken(id: id, text: texts[id])
    }
    let bos = token(names.bos, model.bosID)
    let eos = token(names.eos, model.eosID)
    special = SpecialTokens(
      bos: bos, eos: eos, unk: token(names.unk, model.unkID), pad: token(names.pad, model.padID),
      addsBOS: addsBOS && bos != nil, addsEOS: addsEOS && eos != nil)
  }

  var vocabularySize: Int { model.size }

  func encode(_ text: String, addSpecialTokens: Bool) throws -> Encoding {
    let pieces = try model.encode(text)
    let locations = ScalarLocations(of: text)
    var encoding = Encoding()
    encoding.reserveCapacity(pieces.count + 2)
    if addSpecialTokens, special.addsBOS, let bos = special.bos {
      encoding.append(bos.id, 0..<0, bos.text)
    }
    for piece in pieces {
      encoding.append(piece.id, locations.range(of: piece.bytes), texts[piece.id])
    }
    if addSpecialTokens, special.addsEOS, let eos = special.eos {
      encoding.append(eos.id, 0..<0, eos.text)
    }
    return encoding
  }

  /// Control tokens that are not skipped stand as their text; the runs between them are decoded one
  /// by one.
  func decode(_ ids: [Int], skipSpecialTokens: Bool) throws -> String {
    let known = ids.filter { (0..<model.size).contains($0) }
    guard !skipSpecialTokens else { return try model.decode(known) }
    var text = ""
    var run: [Int] = []
    for id in known {
      if model.isControl(id) {
        text += try model.decode(run) + texts[id]
        run = []
      } else {
        run.append(id)
      }
    }
    return text + (try model.decode(run))
  }

  func token(of id: Int) -> String? { texts.indices.contains(id) ? texts[id] : nil }

  func id(of token: String) -> Int? { ids[Array(token.utf8)] }
}
