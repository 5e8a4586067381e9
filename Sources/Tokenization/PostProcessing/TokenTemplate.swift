import JSON

/// Special tokens around the tokens of a text.
struct TokenTemplate: Sendable {
  private enum Piece: Sendable {
    case text
    case special(ids: [Int], tokens: [String])
  }

  private let pieces: [Piece]

  /// Reads the `single` template of `TemplateProcessing`.
  init(_ node: ComponentNode) throws {
    let special = try node.member("special_tokens")
    pieces = try node.member("single").elements().map { piece in
      if let sequence = piece.optional("Sequence") {
        let id = try sequence.member("id")
        guard try id.string() == "A" else { throw id.invalid("\"A\"") }
        return .text
      }
      let name = try piece.member("SpecialToken").member("id").text()
      let token = try special.member(name)
      return .special(
        ids: try token.member("ids").elements().map { try $0.index() },
        tokens: try token.member("tokens").elements().map { try $0.string() })
    }
  }

  /// Reads `cls` and `sep`, each `[text, id]`, which go before and after the text.
  init(enclosing node: ComponentNode) throws {
    func piece(_ member: ComponentNode) throws -> Piece {
      let parts = try member.elements()
      guard parts.count == 2 else { throw member.invalid("[text, id]") }
      return .special(ids: [try parts[1].index()], tokens: [try parts[0].string()])
    }
    pieces = [try piece(node.member("cls")), .text, try piece(node.member("sep"))]
  }

  func filled(with encoding: Encoding) -> Encoding {
    var result = Encoding()
    for piece in pieces {
      switch piece {
      case .text:
        result.ids += encoding.ids
        result.offsets += encoding.offsets
        result.tokens += encoding.tokens
      case .special(let ids, let tokens):
        result.ids += ids
        result.offsets += ids.map { _ in 0..<0 }
        result.tokens += tokens
      }
    }
    return result
  }
}
