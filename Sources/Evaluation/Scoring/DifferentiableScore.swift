import Foundation
import Transformer

/// A prompt's soft score as a smooth function of its continuations' log-likelihoods.
///
/// Likelihood kinds have the soft score of ``PromptScore``; a question that is answered by
/// generating has none that is smooth, so the log-likelihood of its reference stands in for it.
public struct DifferentiableScore: Sendable, Hashable {
  /// The number of the prompt.
  public let prompt: Int
  /// Its requests in ``PreparedPrompts/requests``.
  public let requests: Range<Int>
  /// The score, nats.
  public let value: Double
  /// ∂ value / ∂ log-likelihood of each request.
  public let slopes: [Double]

  /// The derivative of the score along something, from those of the log-likelihoods.
  ///
  /// - Parameter derivatives: One a request of the whole set.
  /// - Returns: Σ slope · derivative over the prompt's requests.
  public func derivative(_ derivatives: (_ request: Int) -> Double) -> Double {
    zip(requests, slopes).reduce(0) { $0 + $1.1 * derivatives($1.0) }
  }
}

extension PreparedPrompts {
  /// The scores of all prompts that have a smooth one, in their order.
  ///
  /// - Parameter logLikelihoods: One a request, nats.
  /// - Returns: One score a prompt that has one.
  /// - Throws: ``EvaluationError/notFinite(prompt:ability:)``.
  public func differentiableScores(_ logLikelihoods: [Double]) throws -> [DifferentiableScore] {
    try prompts.indices.compactMap { index in
      let requests = items[index].requests
      guard !requests.isEmpty else { return nil }
      let found = Array(logLikelihoods[requests])
      guard found.allSatisfy(\.isFinite) else {
        throw EvaluationError.notFinite(
          prompt: prompts[index].id, ability: prompts[index].ability)
      }
      let (value, slopes) = score(of: prompts[index], found, tokens: requests)
      return DifferentiableScore(prompt: index, requests: requests, value: value, slopes: slopes)
    }
  }

  private func score(
    of prompt: Prompt, _ found: [Double], tokens: Range<Int>
  ) -> (Double, [Double]) {
    switch prompt.content {
    case .choice(_, _, let answer):
      let top = found.max() ?? 0
      let weights = found.map { exp($0 - top) }
      let total = weights.reduce(0, +)
      let slopes = weights.indices.map { ($0 == answer ? 1 : 0) - weights[$0] / total }
      return (found[answer] - top - log(total), slopes)
    case .minimalPair:
      return (found[0] - found[1], [1, -1])
    case .completion, .generate:
      return (found[0], found.indices.map { $0 == 0 ? 1 : 0 })
    case .text:
      let count = Double(requests[tokens].reduce(0) { $0 + $1.continuation.count })
      return (found.reduce(0, +) / count, found.map { _ in 1 / count })
    }
  }
}
