/// A figure that an ability is summarised by, named as in JSON documents.
public enum Metric: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
  /// Share of prompts that are right: the mean of the hard scores.
  case accuracy = "acc"
  /// Accuracy with log-likelihoods divided by Unicode code points.
  case accuracyPerCharacter = "acc_norm"
  /// Accuracy with log-likelihoods divided by UTF-8 bytes.
  case accuracyPerByte = "acc_bytes"
  /// Mean soft score in nats; what it measures depends on the kind of prompt.
  case logProbability = "logprob"
  /// Mean share of sampled answers that are right.
  case passRate = "pass_rate"
  /// Negative log-likelihood over all tokens of all texts, nats a token.
  case natsPerToken = "nats_per_token"
  /// Negative log-likelihood over all bytes of all texts, bits a byte.
  case bitsPerByte = "bits_per_byte"
  /// Mean log-likelihood of the worked solutions, nats; not a score.
  case referenceLogProbability = "reference_logprob"
  /// KL(model‖base) over all tokens of all texts, nats a token.
  case klFromBase = "kl_from_base"
  /// KL(base‖model) over all tokens of all texts, nats a token.
  case klToBase = "kl_to_base"

  /// What one prompt contributes: a value, and the weight it has in the mean.
  ///
  /// - Returns: nil where the prompt's kind has no such figure, or it was not computed.
  func contribution(of score: PromptScore) -> (value: Double, weight: Double)? {
    let details = score.details
    func plain(_ value: Double?) -> (value: Double, weight: Double)? { value.map { ($0, 1) } }
    /// A sum over the units of a text as a mean with the number of units as its weight.
    func spread(_ sum: Double?, over units: Int?) -> (value: Double, weight: Double)? {
      guard score.kind == .text, let sum, let units, units > 0 else { return nil }
      return (sum / Double(units), Double(units))
    }
    switch self {
    case .accuracy: return plain(score.hard)
    case .accuracyPerCharacter: return plain(details.accuracyPerCharacter)
    case .accuracyPerByte: return plain(details.accuracyPerByte)
    case .logProbability: return score.kind == .generate ? nil : plain(score.soft)
    case .passRate: return score.kind == .generate ? plain(score.soft) : nil
    case .natsPerToken:
      return spread(details.logLikelihoods.map { -$0[0] }, over: details.tokens)
    case .bitsPerByte:
      return spread(details.logLikelihoods.map { -$0[0] / Self.natsPerBit }, over: details.bytes)
    case .referenceLogProbability: return plain(details.referenceLogLikelihood)
    case .klFromBase:
      return details.klFromBase.map { ($0, Double(details.tokens ?? 1)) }
    case .klToBase:
      return details.klToBase.map { ($0, Double(details.tokens ?? 1)) }
    }
  }

  /// ln 2.
  private static let natsPerBit = 0.693_147_180_559_945_3
}
