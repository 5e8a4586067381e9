import Foundation

/// How a model did on one prompt.
public struct PromptScore: Sendable, Hashable {
  /// The prompt's id.
  public var promptID: String
  /// The prompt's ability.
  public var ability: String
  /// The prompt's group.
  public var group: String?
  /// The prompt's kind.
  public var kind: Prompt.Kind
  /// 1 for right and 0 for wrong; nil of texts.
  ///
  /// choice: the likeliest choice is the answer, the first of equals; completion: the answer is the
  /// greedy continuation; minimal-pair: good is likelier; generate: the answer in the greedy
  /// response.
  public var hard: Double?
  /// The graded score; nil of questions without samples.
  ///
  /// choice: log-softmax over the choices' log-likelihoods, nats; completion: log-likelihood, nats;
  /// minimal-pair: ll(good) − ll(bad), nats; text: mean log-probability of a token, nats;
  /// generate: the share of samples that are right.
  public var soft: Double?
  /// What else is known of the answer.
  public var details: Details

  /// Figures and texts beside the two scores; those that a kind lacks are nil.
  public struct Details: Sendable, Hashable {
    /// What the model answered: the likeliest choice or text, or the response; of a wrong completion
    /// on request.
    public var answer: String?
    /// The part of the response that was compared; nil where nothing was found.
    public var extracted: String?
    /// Log-likelihood of each continuation, nats: the choices, good and bad, the answer, the text.
    public var logLikelihoods: [Double]?
    /// ll(answer) − ll(best other choice), or ll(good) − ll(bad), nats.
    public var margin: Double?
    /// As `hard`, with log-likelihoods divided by the choices' Unicode code points.
    public var accuracyPerCharacter: Double?
    /// As `hard`, with log-likelihoods divided by the choices' UTF-8 bytes.
    public var accuracyPerByte: Double?
    /// Tokens scored: of the answer, or of the text.
    public var tokens: Int?
    /// UTF-8 bytes of the text.
    public var bytes: Int?
    /// Log-likelihood of the worked solution, nats; not a score.
    public var referenceLogLikelihood: Double?
    /// Which samples were right, in order.
    public var passes: [Bool]?
    /// The answers' tokens as vocabulary texts; on request.
    public var tokenTexts: [String]?
    /// The log-probability of each of ``tokenTexts``, nats.
    public var tokenLogProbabilities: [Double]?
    /// Mean over tokens of KL(model‖base), nats; of texts, on request.
    public var klFromBase: Double?
    /// Mean over tokens of KL(base‖model), nats; of texts, on request.
    public var klToBase: Double?

    /// Creates details of which nothing is known yet.
    public init() {}
  }

  /// Creates a score.
  public init(
    _ prompt: Prompt, hard: Double? = nil, soft: Double? = nil, details: Details = Details()
  ) {
    promptID = prompt.id
    ability = prompt.ability
    group = prompt.group
    kind = prompt.kind
    self.hard = hard
    self.soft = soft
    self.details = details
  }
}

extension PromptScore.Details: Codable {
  enum CodingKeys: String, CodingKey {
    case answer, extracted, margin, tokens, bytes, passes
    case logLikelihoods = "loglikelihoods"
    case accuracyPerCharacter = "acc_norm"
    case accuracyPerByte = "acc_bytes"
    case referenceLogLikelihood = "reference_logprob"
    case tokenTexts = "token_texts"
    case tokenLogProbabilities = "token_logprobs"
    case klFromBase = "kl_from_base"
    case klToBase = "kl_to_base"
  }
}

extension PromptScore: Encodable {
  enum CodingKeys: String, CodingKey {
    case id, ability, group, kind, hard, soft
  }

  /// One object: the prompt, its two scores, and the details beside them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(promptID, forKey: .id)
    try container.encode(ability, forKey: .ability)
    try container.encodeIfPresent(group, forKey: .group)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(hard, forKey: .hard)
    try container.encodeIfPresent(soft, forKey: .soft)
    try details.encode(to: encoder)
  }

  /// The details as a JSON object with sorted keys.
  public var extraJSON: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(details), as: UTF8.self)
    }
  }
}
