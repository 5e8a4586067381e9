/// The texts of tokens that have a role, as tokenizer_config.json gives them.
struct SpecialTokenNames: Sendable, Equatable {
  var bos: String?
  var eos: String?
  var unk: String?
  var pad: String?
  /// Ids to use where neither BOS nor EOS has a text.
  var bosID: Int?
  var eosID: Int?

  /// Looks the ids up; a text outside the vocabulary has no role.
  ///
  /// - Parameters:
  ///   - tokenizer: What knows ids and texts.
  ///   - frame: The ids that it puts around a text.
  /// - Returns: The roles, and whether the frame has BOS and EOS.
  func resolved(in tokenizer: some Tokenizer, frame: [Int]) -> SpecialTokens {
    func token(_ name: String?, _ fallback: Int? = nil) -> SpecialToken? {
      guard let id = name.flatMap(tokenizer.id) ?? fallback, let text = tokenizer.token(of: id)
      else { return nil }
      return SpecialToken(id: id, text: text)
    }
    let usesIDs = bos == nil && eos == nil
    var special = SpecialTokens(
      bos: token(bos, usesIDs ? bosID : nil), eos: token(eos, usesIDs ? eosID : nil),
      unk: token(unk), pad: token(pad))
    special.addsBOS = special.bos.map { frame.first == $0.id } ?? false
    special.addsEOS = special.eos.map { frame.last == $0.id } ?? false
    return special
  }
}
