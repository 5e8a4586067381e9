import LinearAlgebra
import Tokenization
import Transformer

/// Prompts as token requests, which depend on the tokenizer and on no weights: a sweep prepares
/// once and scores every model with them.
public struct PreparedPrompts: Sendable {
  /// The prompts.
  public let prompts: [Prompt]
  /// What was changed to make them fit, one sentence a prompt.
  public let warnings: [String]
  /// All likelihoods to be computed, prompt after prompt.
  public let requests: [TokenScoringRequest]
  /// What each prompt takes of ``requests``, and what it generates from.
  let items: [Item]

  struct Item: Sendable {
    var requests: Range<Int>
    var generation: Generation?
  }

  /// A context to be continued, and how an answer is found in the response.
  struct Generation: Sendable {
    var context: [Int]
    var extractor: AnswerExtractor
  }

  /// Encodes prompts by the rules of lm-evaluation-harness.
  ///
  /// - Parameters:
  ///   - prompts: Any prompts; their order plays no part in their scores.
  ///   - tokenizer: The models' tokenizer.
  ///   - contextLength: The most tokens that the models read at once; longer contexts are cut on
  ///     the left, with a warning.
  ///   - threads: Prompts encoded at once.
  /// - Throws: ``EvaluationError``, or ``TokenizerError`` where a text has no tokens.
  public init(
    _ prompts: [Prompt], tokenizer: any Tokenizer, contextLength: Int, threads: Int = 1
  ) throws {
    let encoder = RequestEncoder(tokenizer: tokenizer, contextLength: contextLength)
    let encoded = try concurrentMap(prompts.count, threads: threads) {
      try EncodedPrompt(prompts[$0], encoder)
    }
    var requests: [TokenScoringRequest] = []
    items = encoded.map { prompt in
      let start = requests.count
      requests += prompt.requests
      return Item(requests: start..<requests.count, generation: prompt.generation)
    }
    self.requests = requests
    self.prompts = prompts
    warnings = zip(prompts, encoded).compactMap { prompt, encoded in
      encoded.isTruncated
        ? "prompt \(prompt.id) of \(prompt.ability) is longer than the model's context of "
          + "\(contextLength) tokens: its beginning was cut off" : nil
    }
  }
}

/// The requests of one prompt.
private struct EncodedPrompt: Sendable {
  var requests: [TokenScoringRequest] = []
  var generation: PreparedPrompts.Generation?
  var isTruncated = false

  init(_ prompt: Prompt, _ encoder: RequestEncoder) throws {
    switch prompt.content {
    case .choice(let context, let choices, _):
      for choice in choices { try add(context, choice, of: prompt, encoder) }
    case .completion(let context, let answer):
      try add(context, answer, of: prompt, encoder)
    case .minimalPair(let good, let bad):
      for text in [good, bad] { try add("", text, of: prompt, encoder) }
    case .text(let text):
      requests = try encoder.windows(text, of: prompt)
    case .generate(let question):
      let context = try encoder.context(question.prompt, room: question.maxTokens, of: prompt)
      isTruncated = context.isTruncated
      generation = PreparedPrompts.Generation(
        context: context.tokens, extractor: try AnswerExtractor(pattern: question.extract))
      if let reference = question.reference {
        try add(question.prompt, reference, of: prompt, encoder)
      }
    }
  }

  private mutating func add(
    _ context: String, _ continuation: String, of prompt: Prompt, _ encoder: RequestEncoder
  ) throws {
    let encoded = try encoder.pair(context, continuation, of: prompt)
    requests.append(encoded.request)
    isTruncated = isTruncated || encoded.isTruncated
  }
}
