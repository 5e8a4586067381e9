/// One test item of an ability.
///
/// Encodes to, and is read from, one line of a prompt file (prompts/README.md).
public struct Prompt: Sendable, Hashable {
  /// Unique within its ability.
  public var id: String
  /// The ability it tests; one a file.
  public var ability: String
  /// What it shares with other prompts, such as a template or a fact; prompts of one group are not
  /// independent, and intervals are clustered by it.
  public var group: String?
  /// What is asked.
  public var content: Content

  /// Creates a prompt.
  public init(id: String, ability: String, group: String? = nil, content: Content) {
    self.id = id
    self.ability = ability
    self.group = group
    self.content = content
  }

  /// What is asked, by kind.
  ///
  /// Texts are taken as written: a continuation carries its own leading space.
  public enum Content: Sendable, Hashable {
    /// Which of several continuations is likeliest; `answer` is the index of the right one.
    case choice(prompt: String, choices: [String], answer: Int)
    /// How likely the answer is, and whether it is the greedy continuation.
    case completion(prompt: String, answer: String)
    /// Whether generated text contains the answer.
    case generate(Generation)
    /// Which of two texts is likelier.
    case minimalPair(good: String, bad: String)
    /// How likely a text is.
    case text(String)
  }

  /// A question that is answered by generating text.
  public struct Generation: Sendable, Hashable {
    /// The text that is continued.
    public var prompt: String
    /// What the extracted text must equal.
    public var answer: String
    /// Texts that end the answer; the response stands before the first of them.
    public var stop: [String]
    /// The most tokens that are generated.
    public var maxTokens: Int
    /// A regular expression that finds the answer in the response; nil takes all of it.
    ///
    /// Its first group counts, else the whole match; white space around it is dropped.
    public var extract: String?
    /// Answers that are drawn besides the greedy one; the pass rate is over these.
    public var samples: Int
    /// The temperature of the draws.
    public var temperature: Double
    /// A worked solution whose log-likelihood is reported beside the scores, never as one of them:
    /// it measures style as much as ability.
    public var reference: String?

    /// Creates a question; the defaults are those of a prompt file.
    public init(
      prompt: String, answer: String, stop: [String] = [], maxTokens: Int = 256,
      extract: String? = nil, samples: Int = 0, temperature: Double = 1, reference: String? = nil
    ) {
      self.prompt = prompt
      self.answer = answer
      self.stop = stop
      self.maxTokens = maxTokens
      self.extract = extract
      self.samples = samples
      self.temperature = temperature
      self.reference = reference
    }
  }

  /// The kinds of prompts, named as in prompt files.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// ``Content/choice(prompt:choices:answer:)``.
    case choice
    /// ``Content/completion(prompt:answer:)``.
    case completion
    /// ``Content/generate(_:)``.
    case generate
    /// ``Content/minimalPair(good:bad:)``.
    case minimalPair = "minimal-pair"
    /// ``Content/text(_:)``.
    case text
  }

  /// The kind of the prompt.
  public var kind: Kind {
    switch content {
    case .choice: .choice
    case .completion: .completion
    case .generate: .generate
    case .minimalPair: .minimalPair
    case .text: .text
    }
  }

  /// The answer that counts as right; nil of a text.
  public var expectedAnswer: String? {
    switch content {
    case .choice(_, let choices, let answer): choices[answer]
    case .completion(_, let answer): answer
    case .generate(let generation): generation.answer
    case .minimalPair(let good, _): good
    case .text: nil
    }
  }
}

extension Prompt: Encodable {
  /// The fields of a prompt file, in the order in which errors list them.
  enum Field: String, CodingKey, CaseIterable {
    case id, ability, group, kind, prompt, choices, answer, stop
    case maxTokens = "max_tokens"
    case extract, samples, temperature, reference, good, bad, text

    /// The fields that a kind knows.
    static func allowed(for kind: Kind) -> [Field] {
      let common: [Field] = [.id, .ability, .group, .kind]
      switch kind {
      case .choice: return common + [.prompt, .choices, .answer]
      case .completion: return common + [.prompt, .answer]
      case .generate:
        return common + [
          .prompt, .answer, .stop, .maxTokens, .extract, .samples, .temperature, .reference,
        ]
      case .minimalPair: return common + [.good, .bad]
      case .text: return common + [.text]
      }
    }
  }

  /// Writes the object of a prompt file; what decides scores is all in it, so its hash stands for
  /// the prompt.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Field.self)
    try container.encode(id, forKey: .id)
    try container.encode(ability, forKey: .ability)
    try container.encodeIfPresent(group, forKey: .group)
    try container.encode(kind, forKey: .kind)
    switch content {
    case .choice(let prompt, let choices, let answer):
      try container.encode(prompt, forKey: .prompt)
      try container.encode(choices, forKey: .choices)
      try container.encode(answer, forKey: .answer)
    case .completion(let prompt, let answer):
      try container.encode(prompt, forKey: .prompt)
      try container.encode(answer, forKey: .answer)
    case .generate(let generation):
      try container.encode(generation.prompt, forKey: .prompt)
      try container.encode(generation.answer, forKey: .answer)
      try container.encode(generation.stop, forKey: .stop)
      try container.encode(generation.maxTokens, forKey: .maxTokens)
      try container.encodeIfPresent(generation.extract, forKey: .extract)
      if generation.samples > 0 {
        try container.encode(generation.samples, forKey: .samples)
        try container.encode(generation.temperature, forKey: .temperature)
      }
      try container.encodeIfPresent(generation.reference, forKey: .reference)
    case .minimalPair(let good, let bad):
      try container.encode(good, forKey: .good)
      try container.encode(bad, forKey: .bad)
    case .text(let text):
      try container.encode(text, forKey: .text)
    }
  }
}
