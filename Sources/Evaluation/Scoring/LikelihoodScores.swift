import Foundation
import Transformer

/// Scores of prompts from the likelihoods of their continuations; lm-evaluation-harness' rules.
enum LikelihoodScores {
  /// The score of any prompt but a question that is answered by generating, from the likelihoods of
  /// its requests, in order.
  static func score(_ prompt: Prompt, _ found: ArraySlice<TokenScore>) -> PromptScore {
    let sums = found.map { $0.logProbabilities.reduce(0, +) }
    let tokens = found.reduce(0) { $0 + $1.logProbabilities.count }
    switch prompt.content {
    case .choice(_, let choices, let answer):
      return choice(prompt, choices, answer, sums)
    case .minimalPair(let good, let bad):
      var score = PromptScore(prompt, hard: sums[0] > sums[1] ? 1 : 0, soft: sums[0] - sums[1])
      score.details.answer = sums[0] > sums[1] ? good : bad
      score.details.margin = sums[0] - sums[1]
      score.details.logLikelihoods = sums
      return score
    case .completion, .generate:
      let isGreedy = found.allSatisfy(\.isGreedy)
      var score = PromptScore(prompt, hard: isGreedy ? 1 : 0, soft: sums[0])
      score.details.logLikelihoods = sums
      score.details.tokens = tokens
      if isGreedy { score.details.answer = prompt.expectedAnswer }
      return score
    case .text(let text):
      let total = sums.reduce(0, +)
      var score = PromptScore(prompt, soft: total / Double(tokens))
      score.details.logLikelihoods = [total]
      score.details.tokens = tokens
      score.details.bytes = text.utf8.count
      return score
    }
  }

  private static func choice(
    _ prompt: Prompt, _ choices: [String], _ answer: Int, _ sums: [Double]
  ) -> PromptScore {
    func isRight(_ scores: [Double]) -> Double { firstLargest(scores) == answer ? 1 : 0 }
    let best = firstLargest(sums)
    var score = PromptScore(
      prompt, hard: best == answer ? 1 : 0, soft: sums[answer] - logSumExp(sums))
    let lengths = choices.map(ChoiceLength.init)
    score.details.answer = choices[best]
    score.details.logLikelihoods = sums
    score.details.accuracyPerCharacter = isRight(
      zip(sums, lengths).map { $0 / Double($1.characters) })
    score.details.accuracyPerByte = isRight(zip(sums, lengths).map { $0 / Double($1.bytes) })
    let others = sums.indices.filter { $0 != answer }.map { sums[$0] }
    score.details.margin = others.max().map { sums[answer] - $0 }
    return score
  }

  /// The index of the largest value, the first of equals.
  static func firstLargest(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  private static func logSumExp(_ values: [Double]) -> Double {
    let largest = values.max() ?? 0
    return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
  }
}

/// The length of a choice without the white space that separates it from the prompt.
private struct ChoiceLength {
  let characters: Int
  let bytes: Int

  init(_ choice: String) {
    let text = choice.unicodeScalars.drop(while: RequestEncoder.isSpace)
    let measured = text.isEmpty ? Substring.UnicodeScalarView(choice.unicodeScalars) : text
    characters = measured.count
    bytes = String(measured).utf8.count
  }
}
