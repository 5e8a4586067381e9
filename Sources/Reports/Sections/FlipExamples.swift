import Evaluation
import Experiments

/// Prompts whose answer an edit changes, with the right answer's tokens before and after.
enum FlipExamples {
  private static let perAbility = 4
  private static let most = 16

  static func section(of result: AblationResult) -> ReportPage.Section? {
    let labels = Dictionary(
      result.conditions.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
    let flips = chosen(from: result)
    guard !flips.isEmpty else { return nil }
    return ReportPage.Section(
      id: "examples", title: "Prompts that flip",
      lead: "Answers before and after an edit; ▸ marks the right one. Its tokens are shaded by "
        + "their log-probability in nats, the darker and the heavier the line the less likely.",
      blocks: [.examples(flips.map { example($0, labels[$0.condition] ?? $0.condition) })])
  }

  /// Each prompt once, under the strongest confirmed edit that flips it, else the first in the plan.
  private static func chosen(from result: AblationResult) -> [Flip] {
    let ranked = Finding.ranked(result.effects).map(\.condition)
    let ranks = Dictionary(
      zip(ranked, ranked.indices), uniquingKeysWith: { first, _ in first })
    let ordered = result.flips.enumerated().sorted { first, second in
      let (one, two) = (ranks[first.element.condition], ranks[second.element.condition])
      return (one ?? .max, first.offset) < (two ?? .max, second.offset)
    }
    var seen: Set<[String]> = []
    var counts: [String: Int] = [:]
    let flips = ordered.map(\.element).filter { flip in
      guard counts[flip.ability, default: 0] < perAbility,
        seen.insert([flip.ability, flip.prompt]).inserted
      else { return false }
      counts[flip.ability, default: 0] += 1
      return true
    }
    return Array(flips.prefix(most))
  }

  private static func example(_ flip: Flip, _ edit: String) -> ReportPage.Example {
    let reference = edit.hasPrefix("keep") ? "base" : "tuned"
    return ReportPage.Example(
      heading: "\(flip.ability) \(flip.prompt): \(edit)", prompt: flip.text,
      before: answer(reference, flip.before, flip.detailsBefore),
      after: answer("edited", flip.after, flip.detailsAfter))
  }

  private static func answer(_ model: String, _ hard: Double, _ json: String?)
    -> ReportPage.Example.Answer
  {
    let details = json.flatMap {
      try? CanonicalJSON.value(PromptScore.Details.self, from: $0)
    }
    let tokens = zip(details?.tokenTexts ?? [], details?.tokenLogProbabilities ?? [])
    return ReportPage.Example.Answer(
      label: "\(model): \(hard >= 0.5 ? "right" : "wrong")", text: details?.answer,
      tokens: tokens.map { .init(text: readable($0), logProbability: $1) })
  }

  /// A vocabulary's text with its marks of spaces and line ends written out.
  private static func readable(_ token: String) -> String {
    token.replacing("▁", with: " ").replacing("Ġ", with: " ").replacing("Ċ", with: "↵\n")
  }
}
