import LinearAlgebra
import Tokenization
import Transformer

/// Scores prompts with a model.
///
///     let prepared = try PreparedPrompts(
///       set.prompts, tokenizer: tokenizer, contextLength: model.specification.contextLength)
///     let scores = try PromptScorer(tokenizer: tokenizer, model: model).score(prepared)
///
/// A prompt's score depends on the prompt, the model and the options only: not on the other
/// prompts, their order, or threads.
public struct PromptScorer: Sendable {
  /// The tokenizer of the model.
  public let tokenizer: any Tokenizer
  /// The model.
  public let model: any LanguageModel
  /// What is computed and kept.
  public let options: Options

  /// What is computed and kept.
  public struct Options: Sendable, Hashable {
    /// The seed of sampled answers; draws are keyed by it, the prompt and the sample's number.
    public var seed: UInt64
    /// The most samples a question is answered with; nil draws as many as the prompt asks for.
    public var maxSamples: Int?
    /// Whether the log-probability of every token of an answer or text is kept.
    public var keepsTokens: Bool
    /// Whether a wrong completion is answered by as many greedy tokens as the right one has.
    public var showsCompletions: Bool

    /// Creates options.
    public init(
      seed: UInt64 = 0, maxSamples: Int? = nil, keepsTokens: Bool = false,
      showsCompletions: Bool = false
    ) {
      self.seed = seed
      self.maxSamples = maxSamples
      self.keepsTokens = keepsTokens
      self.showsCompletions = showsCompletions
    }
  }

  /// Creates a scorer.
  public init(tokenizer: any Tokenizer, model: any LanguageModel, options: Options = Options()) {
    self.tokenizer = tokenizer
    self.model = model
    self.options = options
  }

  /// Scores prepared prompts, in their order.
  ///
  /// - Throws: ``EvaluationError/notFinite(prompt:ability:)`` for a model that yields NaN; errors
  ///   of the model and the tokenizer.
  public func score(_ prepared: PreparedPrompts) throws -> [PromptScore] {
    let found = try model.score(prepared.requests)
    let responses = try responses(to: prepared)
    var scores = try prepared.items.indices.map { index in
      let prompt = prepared.prompts[index]
      let likelihoods = found[prepared.items[index].requests]
      guard likelihoods.allSatisfy({ $0.logProbabilities.allSatisfy(\.isFinite) }) else {
        throw EvaluationError.notFinite(prompt: prompt.id, ability: prompt.ability)
      }
      var score: PromptScore
      if case .generate(let question) = prompt.content,
        let generation = prepared.items[index].generation
      {
        score = answered(prompt, question, generation.extractor, responses[index])
        score.details.referenceLogLikelihood = likelihoods.first?.logProbabilities.reduce(0, +)
      } else {
        score = LikelihoodScores.score(prompt, likelihoods)
      }
      if options.keepsTokens { keepTokens(of: prepared, index, found, in: &score) }
      return score
    }
    if options.showsCompletions { try answerCompletions(of: prepared, in: &scores) }
    return scores
  }

  /// Prepares prompts for the model's context length and scores them.
  public func score(_ prompts: [Prompt], contextLength: Int) throws -> [PromptScore] {
    try score(PreparedPrompts(prompts, tokenizer: tokenizer, contextLength: contextLength))
  }

  // MARK: Generated answers

  /// The greedy response and the samples of each prompt; none of prompts that do not generate.
  private func responses(to prepared: PreparedPrompts) throws -> [[String]] {
    var requests: [TokenGenerationRequest] = []
    var ranges: [Range<Int>] = []
    for (prompt, item) in zip(prepared.prompts, prepared.items) {
      let start = requests.count
      if case .generate(let question) = prompt.content, let generation = item.generation {
        requests += generationRequests(prompt, question, generation.context)
      }
      ranges.append(start..<requests.count)
    }
    let tokens = try requests.isEmpty ? [] : model.generate(requests)
    return try zip(prepared.prompts, ranges).map { prompt, range in
      guard case .generate(let question) = prompt.content else { return [] }
      return try tokens[range].map { ids in
        StopTexts(question.stop).cut(try tokenizer.decode(ids, skipSpecialTokens: true))
      }
    }
  }

  private func generationRequests(
    _ prompt: Prompt, _ question: Prompt.Generation, _ context: [Int]
  ) -> [TokenGenerationRequest] {
    let stop = StopTexts(question.stop)
    let tokenizer = tokenizer
    let samples = max(0, min(question.samples, options.maxSamples ?? question.samples))
    return (0...samples).map { number in
      // Number 0 is the greedy answer.
      var random = CounterRandom(
        seed: options.seed, stream: "generate/\(prompt.ability)/\(prompt.id)/\(number)")
      return TokenGenerationRequest(
        context: context, maxTokens: question.maxTokens,
        temperature: number == 0 ? 0 : question.temperature, seed: random.next(),
        endTokens: tokenizer.special.eos.map { [$0.id] } ?? [],
        stops: { ids in try stop.ends(ids, tokenizer) })
    }
  }

  /// Gives wrong completions the model's own answer.
  private func answerCompletions(of prepared: PreparedPrompts, in scores: inout [PromptScore])
    throws
  {
    let wrong = scores.indices.filter { scores[$0].kind == .completion && scores[$0].hard == 0 }
    guard !wrong.isEmpty else { return }
    let generated = try model.generate(
      wrong.map { index in
        let request = prepared.requests[prepared.items[index].requests.lowerBound]
        return TokenGenerationRequest(
          context: request.context, maxTokens: request.continuation.count, temperature: 0,
          seed: 0, endTokens: [], stops: { _ in false })
      })
    for (index, ids) in zip(wrong, generated) {
      scores[index].details.answer = try tokenizer.decode(ids, skipSpecialTokens: false)
    }
  }

  private func answered(
    _ prompt: Prompt, _ question: Prompt.Generation, _ extractor: AnswerExtractor,
    _ responses: [String]
  ) -> PromptScore {
    let expected = AnswerExtractor.trimmed(question.answer)
    let answers = responses.map(extractor.answer)
    let passes = answers.map { $0 == expected }
    var score = PromptScore(prompt, hard: passes[0] ? 1 : 0)
    score.details.answer = responses[0]
    score.details.extracted = answers[0]
    if passes.count > 1 {
      let samples = Array(passes.dropFirst())
      score.soft = Double(samples.count { $0 }) / Double(samples.count)
      score.details.passes = samples
    }
    return score
  }

  /// Keeps the tokens of the continuation that is right: the answer, good, the text.
  private func keepTokens(
    of prepared: PreparedPrompts, _ index: Int, _ found: [TokenScore], in score: inout PromptScore
  ) {
    let all = prepared.items[index].requests
    let kept: Range<Int>
    switch prepared.prompts[index].content {
    case .choice(_, _, let answer): kept = all.lowerBound + answer..<all.lowerBound + answer + 1
    case .minimalPair: kept = all.prefix(1)
    case .completion, .generate, .text: kept = all
    }
    guard !kept.isEmpty else { return }
    score.details.tokenTexts = prepared.requests[kept].flatMap { request in
      request.continuation.map { tokenizer.token(of: $0) ?? "" }
    }
    score.details.tokenLogProbabilities = found[kept].flatMap(\.logProbabilities)
  }
}
