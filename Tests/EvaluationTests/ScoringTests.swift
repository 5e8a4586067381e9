import Evaluation
import Foundation
import JSON
import Synchronization
import Testing
import Transformer

@Suite struct ScoringTests {
  private func score(
    _ content: Prompt.Content, _ model: ScriptedModel, options: PromptScorer.Options = .init()
  ) throws -> PromptScore {
    let prompt = Prompt(id: "p", ability: "a", group: "g", content: content)
    let scorer = PromptScorer(tokenizer: ByteTokenizer(), model: model, options: options)
    return try #require(try scorer.score([prompt], contextLength: 512).first)
  }

  /// A model that gives every token of a continuation the same share of a log-likelihood.
  private func model(_ likelihoods: [String: Double], greedy: Set<String> = []) -> ScriptedModel {
    ScriptedModel(likelihood: { request in
      let text = String(decoding: request.continuation.map(UInt8.init), as: UTF8.self)
      let count = request.continuation.count
      return TokenScore(
        logProbabilities: Array(
          repeating: (likelihoods[text] ?? -100) / Double(count), count: count),
        isGreedy: greedy.contains(text))
    })
  }

  @Test func aChoiceIsRightWhenItIsTheLikeliest() throws {
    let content = Prompt.Content.choice(prompt: "q", choices: [" x", " y", " z"], answer: 1)
    let right = try score(content, model([" x": -3, " y": -2, " z": -5]))
    #expect(right.hard == 1)
    #expect(abs((right.soft ?? 0) - (-2 - log(exp(-3) + exp(-2) + exp(-5)))) < 1e-14)
    #expect(right.details.margin == 1)
    #expect(right.details.answer == " y")
    let wrong = try score(content, model([" x": -1, " y": -2, " z": -5]))
    #expect((wrong.hard, wrong.details.answer, wrong.details.margin) == (0, " x", -1))
  }

  @Test func theFirstOfEqualChoicesCounts() throws {
    let likelihoods = [" x": -2.0, " y": -2.0]
    let first = Prompt.Content.choice(prompt: "q", choices: [" x", " y"], answer: 0)
    let second = Prompt.Content.choice(prompt: "q", choices: [" x", " y"], answer: 1)
    #expect(try score(first, model(likelihoods)).hard == 1)
    #expect(try score(second, model(likelihoods)).hard == 0)
  }

  @Test func lengthsAreCountedWithoutTheLeadingSpace() throws {
    // "é中" has 2 code points and 5 bytes, "abc" has 3 of each.
    let content = Prompt.Content.choice(prompt: "q", choices: [" é中", " abc"], answer: 0)
    let found = try score(content, model([" é中": -3, " abc": -4.4]))
    #expect(found.hard == 1)
    #expect(found.details.accuracyPerCharacter == 0)  // −1.5 against −1.47
    #expect(found.details.accuracyPerByte == 1)  // −0.6 against −1.47
    // With the space, −1 against −1.1 would be right.
  }

  @Test func aCompletionIsRightWhenItIsGreedy() throws {
    let content = Prompt.Content.completion(prompt: "q", answer: " x")
    let right = try score(content, model([" x": -3], greedy: [" x"]))
    #expect((right.hard, right.soft, right.details.tokens) == (1, -3, 2))
    #expect(try score(content, model([" x": -3])).hard == 0)
  }

  @Test func aWrongCompletionIsAnsweredOnRequest() throws {
    let content = Prompt.Content.completion(prompt: "q ", answer: "xy")
    let model = ScriptedModel(response: { request in
      request.context == [256, 113] && request.temperature == 0 ? " zebra" : ""
    })
    let found = try score(content, model, options: .init(showsCompletions: true))
    #expect(found.details.answer == " ze")
    #expect(try score(content, model).details.answer == nil)
  }

  @Test func aMinimalPairComparesItsTexts() throws {
    let content = Prompt.Content.minimalPair(good: "is", bad: "are")
    let right = try score(content, model(["is": -3, "are": -4.5]))
    #expect((right.hard, right.soft, right.details.answer) == (1, 1.5, "is"))
    #expect(try score(content, model(["is": -3, "are": -3])).hard == 0)
  }

  @Test func aTextIsScoredPerTokenOverAllItsWindows() throws {
    let found = try PromptScorer(tokenizer: ByteTokenizer(), model: ScriptedModel()).score(
      [textPrompt("é2345")], contextLength: 4)[0]
    let sum = "é2345".utf8.reduce(0) { $0 - Double($1 % 7) - 0.5 }
    #expect(found.hard == nil)
    #expect(found.soft == sum / 6)
    #expect((found.details.tokens, found.details.bytes) == (6, 6))
  }

  @Test func aResponseEndsBeforeTheFirstStopText() throws {
    let model = ScriptedModel(response: { _ in "It is 12.\nQ: next 13" })
    let question = Prompt.Generation(
      prompt: "q", answer: "12", stop: ["13", "\nQ"], maxTokens: 64, extract: #"(\d+)\D*$"#)
    let found = try score(.generate(question), model)
    #expect(found.details.answer == "It is 12.")
    #expect((found.details.extracted, found.hard, found.soft) == ("12", 1, nil))
    let unlimited = Prompt.Generation(prompt: "q", answer: "It is 12.\nQ: ne", maxTokens: 15)
    #expect(try score(.generate(unlimited), model).hard == 1)
  }

  @Test(arguments: [
    (#"#(\d+)"#, "a #7 b #8", "7"),
    (#"\d+$"#, "a 7 b 8", "8"),
    (#"(x)|(\d+) "#, "a 7 b", "7"),
    (#"(?i)ANSWER: *(.*)"#, "answer:  seven \n", "seven"),
    (nil, " 7\n", "7"),
  ]) func anAnswerIsExtractedAsTheHarnessDoes(pattern: String?, response: String, answer: String)
    throws
  {
    let question = Prompt.Generation(prompt: "q", answer: " \(answer) ", extract: pattern)
    let found = try score(.generate(question), ScriptedModel(response: { _ in response }))
    #expect(found.details.extracted == answer)
    #expect(found.hard == 1)
  }

  @Test func noMatchIsWrongEvenIfTheResponseIsTheAnswer() throws {
    let question = Prompt.Generation(prompt: "q", answer: "7", extract: "#(7)")
    let found = try score(.generate(question), ScriptedModel(response: { _ in "7" }))
    #expect(found.details.extracted == nil)
    #expect(found.hard == 0)
  }

  @Test func thePassRateIsTheShareOfRightSamples() throws {
    let model = ScriptedModel(response: { $0.temperature == 0 ? "5" : $0.seed % 2 == 0 ? "7" : "8" }
    )
    let question = Prompt.Generation(
      prompt: "q", answer: "7", maxTokens: 9, samples: 40, temperature: 0.7)
    let found = try score(.generate(question), model)
    let seeds = model.asked.withLock { $0.dropFirst().map(\.seed) }
    #expect(Set(seeds).count == 40)
    #expect(found.hard == 0)
    #expect(found.details.passes == seeds.map { $0 % 2 == 0 })
    #expect(found.soft == Double(seeds.count { $0 % 2 == 0 }) / 40)
    #expect(model.asked.withLock { $0.dropFirst().allSatisfy { $0.temperature == 0.7 } })
    let few = try score(.generate(question), model, options: .init(maxSamples: 3))
    #expect(few.details.passes == Array((found.details.passes ?? []).prefix(3)))
    #expect(try score(.generate(question), model, options: .init(maxSamples: 0)).soft == nil)
  }

  @Test func drawsDependOnSeedAndPromptOnly() throws {
    let question = Prompt.Content.generate(.init(prompt: "q", answer: "7", samples: 2))
    func seeds(_ ids: [String], seed: UInt64) throws -> [String: [UInt64]] {
      let model = ScriptedModel()
      let prompts = ids.map { Prompt(id: $0, ability: "a", content: question) }
      _ = try PromptScorer(
        tokenizer: ByteTokenizer(), model: model, options: .init(seed: seed)
      ).score(prompts, contextLength: 512)
      let asked = model.asked.withLock { $0.map(\.seed) }
      return Dictionary(
        uniqueKeysWithValues: ids.enumerated().map { ($1, Array(asked[$0 * 3..<$0 * 3 + 3])) })
    }
    let found = try seeds(["x", "y"], seed: 1)
    #expect(try seeds(["y", "z", "x"], seed: 1)["x"] == found["x"])
    #expect(found["x"] != found["y"])
    #expect(try seeds(["x"], seed: 2)["x"] != found["x"])
  }

  @Test func aReferenceIsReportedButIsNoScore() throws {
    let question = Prompt.Generation(prompt: "q", answer: "7", reference: " 7")
    let found = try score(.generate(question), model([" 7": -4]))
    #expect((found.soft, found.details.referenceLogLikelihood) == (nil, -4))
  }

  @Test func aLikelihoodThatIsNoNumberIsAnError() throws {
    let model = ScriptedModel(likelihood: { _ in
      TokenScore(logProbabilities: [.nan], isGreedy: false)
    })
    #expect(throws: EvaluationError.notFinite(prompt: "p", ability: "a")) {
      try score(.completion(prompt: "q", answer: "x"), model)
    }
  }

  @Test func tokensAreKeptOnRequest() throws {
    let content = Prompt.Content.choice(prompt: "q", choices: [" x", " yz"], answer: 1)
    let found = try score(content, ScriptedModel(), options: .init(keepsTokens: true))
    #expect(found.details.tokenTexts == [" ", "y", "z"])
    #expect(found.details.tokenLogProbabilities == [-4.5, -2.5, -3.5])
    #expect(try score(content, ScriptedModel()).details.tokenTexts == nil)
  }

  @Test func aScoreIsOneJSONObject() throws {
    let found = try score(.minimalPair(good: "is", bad: "are"), model(["is": -3, "are": -4.5]))
    let json = try JSONParser.parse(
      String(decoding: try JSONEncoder().encode(found), as: UTF8.self))
    #expect(json["id"]?.string == "p")
    #expect(json["kind"]?.string == "minimal-pair")
    #expect(json["hard"]?.int == 1)
    #expect(json["margin"]?.double == 1.5)
    #expect(
      try found.extraJSON == #"{"answer":"is","loglikelihoods":[-3,-4.5],"margin":1.5}"#)
  }
}
