import Transformer

/// What scoring needs from a model: likelihoods of given tokens, and tokens of its own.
///
/// A ``DecoderModel`` is one; a sweep wraps another around residual streams that it has kept.
public protocol LanguageModel: Sendable {
  /// Log-probabilities of continuations, one result a request.
  func score(_ requests: [TokenScoringRequest]) throws -> [TokenScore]

  /// Generated tokens, one list a request, without the context and without what ended it.
  func generate(_ requests: [TokenGenerationRequest]) throws -> [[Int]]
}

/// A context to be continued.
public struct TokenGenerationRequest: Sendable {
  /// The tokens to continue, at least one.
  public var context: [Int]
  /// The most tokens that are generated.
  public var maxTokens: Int
  /// 0 takes the likeliest token each time.
  public var temperature: Double
  /// The seed of the draws; unused at temperature 0.
  public var seed: UInt64
  /// Tokens that end the text.
  public var endTokens: Set<Int>
  /// Whether the tokens generated so far end the text.
  public var stops: @Sendable ([Int]) throws -> Bool
}
