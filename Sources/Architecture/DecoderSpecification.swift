/// What a decoder is made of, independent of any file format.
///
/// Names follow the residual-stream view: `width` is d_model, `hidden` the width of the MLP.
public struct DecoderSpecification: Sendable, Hashable, Codable {
  /// `model_type` of config.json.
  public var family: String
  /// Number of blocks.
  public var layerCount: Int
  /// Width of the residual stream, d_model.
  public var width: Int
  /// Rows of the embedding.
  public var vocabularySize: Int
  /// Longest sequence the model was configured for, in tokens.
  public var contextLength: Int
  /// Heads, biases, normalisation of queries and keys.
  public var attention: AttentionSpecification
  /// Which keys a query sees, for each layer.
  public var attentionSpans: [AttentionSpan]
  /// The gated MLP.
  public var feedForward: FeedForwardSpecification
  /// ε of every RMSNorm.
  public var normEpsilon: Float
  /// Rotary position embedding.
  public var rotary: RotarySpecification
  /// Whether the unembedding is the embedding.
  public var tiesEmbeddings: Bool

  /// Creates a specification.
  public init(
    family: String, layerCount: Int, width: Int, vocabularySize: Int, contextLength: Int,
    attention: AttentionSpecification, attentionSpans: [AttentionSpan],
    feedForward: FeedForwardSpecification, normEpsilon: Float, rotary: RotarySpecification,
    tiesEmbeddings: Bool
  ) {
    self.family = family
    self.layerCount = layerCount
    self.width = width
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.attention = attention
    self.attentionSpans = attentionSpans
    self.feedForward = feedForward
    self.normEpsilon = normEpsilon
    self.rotary = rotary
    self.tiesEmbeddings = tiesEmbeddings
  }
}

/// Attention of one block.
public struct AttentionSpecification: Sendable, Hashable, Codable {
  /// Query heads, H.
  public var heads: Int
  /// Key/value heads; divides `heads`.
  public var keyValueHeads: Int
  /// Width of a head, d_head.
  public var headWidth: Int
  /// Whether q, k and v have biases.
  public var hasQueryKeyValueBias: Bool
  /// Whether o has a bias.
  public var hasOutputBias: Bool
  /// Whether queries and keys pass an RMSNorm over d_head before the rotation (Qwen3).
  public var normalizesQueriesAndKeys: Bool

  /// Creates a specification.
  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, hasQueryKeyValueBias: Bool = false,
    hasOutputBias: Bool = false, normalizesQueriesAndKeys: Bool = false
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.hasQueryKeyValueBias = hasQueryKeyValueBias
    self.hasOutputBias = hasOutputBias
    self.normalizesQueriesAndKeys = normalizesQueriesAndKeys
  }

  /// Width of all queries, H · d_head.
  public var queryWidth: Int { heads * headWidth }
  /// Width of all keys, and of all values.
  public var keyValueWidth: Int { keyValueHeads * headWidth }
}

/// Which earlier positions a query sees.
public enum AttentionSpan: Sendable, Hashable, Codable {
  /// All of them.
  case full
  /// Those with q − window < k ≤ q: the window counts the query itself.
  case sliding(window: Int)
}

/// A gated MLP: down(silu(gate(x)) ⊙ up(x)).
public struct FeedForwardSpecification: Sendable, Hashable, Codable {
  /// Width of the hidden layer.
  public var hidden: Int
  /// Whether gate, up and down have biases.
  public var hasBias: Bool

  /// Creates a specification.
  public init(hidden: Int, hasBias: Bool = false) {
    self.hidden = hidden
    self.hasBias = hasBias
  }
}

/// Rotary position embedding, split halves.
///
/// - Source: Su et al. 2021, arXiv 2104.09864.
public struct RotarySpecification: Sendable, Hashable, Codable {
  /// Base frequency θ.
  public var theta: Double
  /// How frequencies change for long contexts.
  public var scaling: RotaryScaling

  /// Creates a specification.
  public init(theta: Double, scaling: RotaryScaling = .none) {
    self.theta = theta
    self.scaling = scaling
  }
}

/// How rotary frequencies are stretched; names and rules of `transformers`' `rope_type`.
public enum RotaryScaling: Sendable, Hashable, Codable {
  /// `default`.
  case none
  /// `linear`: frequencies divided by the factor.
  case linear(factor: Double)
  /// `dynamic`: θ grows when the sequence is longer than `originalLength`.
  case dynamic(factor: Double, originalLength: Int)
  /// `yarn` (Peng et al. 2023, arXiv 2309.00071).
  case yarn(
    factor: Double, originalLength: Int, betaFast: Double, betaSlow: Double,
    attentionFactor: Double, truncates: Bool)
  /// `llama3`.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalLength: Int)
}
