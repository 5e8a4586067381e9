/// A prompt whose answer an edit changes.
public struct Flip: Sendable, Hashable, Codable {
  /// The edit.
  public let condition: String
  /// The ability.
  public let ability: String
  /// The prompt.
  public let prompt: String
  /// Its text.
  public let text: String
  /// Right or wrong before, on tuned for `remove`, on the base for `keep`.
  public let before: Double
  /// Right or wrong after.
  public let after: Double
  /// What the scorer kept of the answer before, as JSON.
  public let detailsBefore: String?
  /// What the scorer kept of the answer after, as JSON.
  public let detailsAfter: String?

  enum CodingKeys: String, CodingKey {
    case condition, ability, prompt, text, before, after
    case detailsBefore = "details_before"
    case detailsAfter = "details_after"
  }

  /// Flips shown of one edit and ability.
  private static let perCell = 3

  /// The first flips of every uncontrolled edit and ability, in plan and file order.
  static func all(in scores: AblationScores) -> [Flip] {
    scores.conditions.filter { $0.kind == .edit }.flatMap { edit in
      scores.abilities.flatMap { ability -> ArraySlice<Flip> in
        let reference = edit.operation == "keep" ? "base" : "tuned"
        guard let before = scores.scores[reference]?[ability],
          let after = scores.scores[edit.id]?[ability], let prompts = scores.prompts[ability]
        else { return [] }
        return prompts.indices.compactMap { index -> Flip? in
          guard let old = before[index].hard, let new = after[index].hard,
            (old >= 0.5) != (new >= 0.5)
          else { return nil }
          return Flip(
            condition: edit.id, ability: ability, prompt: prompts[index].id,
            text: prompts[index].text, before: old, after: new,
            detailsBefore: before[index].extra, detailsAfter: after[index].extra)
        }.prefix(perCell)
      }
    }
  }
}
