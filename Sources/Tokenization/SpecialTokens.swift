/// A vocabulary entry with a role of its own.
public struct SpecialToken: Sendable, Hashable {
  /// The vocabulary id.
  public let id: Int
  /// The vocabulary text.
  public let text: String

  /// Creates a special token.
  public init(id: Int, text: String) {
    self.id = id
    self.text = text
  }
}

/// The tokens that begin, end, replace and fill.
public struct SpecialTokens: Sendable, Hashable {
  /// Begins a sequence.
  public var bos: SpecialToken?
  /// Ends a sequence.
  public var eos: SpecialToken?
  /// Stands for text outside the vocabulary.
  public var unk: SpecialToken?
  /// Fills a batch.
  public var pad: SpecialToken?
  /// Whether encoding with special tokens puts the BOS first.
  public var addsBOS: Bool
  /// Whether encoding with special tokens puts the EOS last.
  public var addsEOS: Bool

  /// Creates a set of special tokens.
  public init(
    bos: SpecialToken? = nil, eos: SpecialToken? = nil, unk: SpecialToken? = nil,
    pad: SpecialToken? = nil, addsBOS: Bool = false, addsEOS: Bool = false
  ) {
    self.bos = bos
    self.eos = eos
    self.unk = unk
    self.pad = pad
    self.addsBOS = addsBOS
    self.addsEOS = addsEOS
  }

  /// The token that stands before an empty context: BOS, else EOS (lm-evaluation-harness).
  public var prefixToken: SpecialToken? { bos ?? eos }

  /// The id of ``prefixToken``.
  public var prefixTokenID: Int? { prefixToken?.id }
}
