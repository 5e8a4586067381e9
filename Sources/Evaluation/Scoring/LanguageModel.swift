import Transformer

/// What scoring needs from a model: likelihoods of given tokens, and tokens of its own.
public protocol LanguageModel: Sendable {
  /// Log-probabilities of continuations, one result a request.
  func score(_ requests: [TokenScoringRequest]) throws -> [TokenScore]

  /// Generated tokens, one list a request, without the context and without what ended it.
  func generate(_ requests: [TokenGenerationRequest]) throws -> [[Int]]
}

extension DecoderModel: LanguageModel {}
