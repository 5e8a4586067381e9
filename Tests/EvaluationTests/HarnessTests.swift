import Checkpoints
import Evaluation
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization
import Transformer

/// Tokens and numbers of lm-evaluation-harness on a tiny model; tools/fixtures/evaluation.py.
@Suite struct HarnessTests {
  static let folder = Fixture.url("evaluation")
  static let contextLength = 32

  let cases: JSONValue
  let tokenizer: any Tokenizer

  init() throws {
    cases = try JSONParser.parse(Data(contentsOf: Self.folder.appending(path: "cases.json")))
    tokenizer = try TokenizerLoader.load(directory: Self.folder.appending(path: "model"))
  }

  private func rows(_ name: UTF8Text) throws -> [JSONValue] {
    let rows = try #require(cases[name]?.array)
    #expect(!rows.isEmpty)
    return rows
  }

  private func pairs() throws -> (prompts: [Prompt], rows: [JSONValue]) {
    let rows = try rows("pairs")
    let prompts = try rows.enumerated().map { index, row in
      Prompt(
        id: "\(index)", ability: "pairs",
        content: .completion(
          prompt: try #require(row["context"]?.string),
          answer: try #require(row["continuation"]?.string)))
    }
    return (prompts, rows)
  }

  @Test func contextsAndContinuationsHaveTheHarnessTokens() throws {
    let (prompts, rows) = try pairs()
    let prepared = try PreparedPrompts(
      prompts, tokenizer: tokenizer, contextLength: Self.contextLength)
    for (request, row) in zip(prepared.requests, rows) {
      let context = try #require(row["context_ids"]?.array).compactMap(\.int)
      let continuation = try #require(row["continuation_ids"]?.array).compactMap(\.int)
      #expect(request.context == context, "\(row)")
      #expect(request.continuation == continuation, "\(row)")
    }
    #expect(prepared.warnings.count == 2)
  }
}

extension HarnessTests {
  @Test func likelihoodsAreTheHarnessOnes() throws {
    let (prompts, rows) = try pairs()
    let scores = try scorer().score(prompts, contextLength: Self.contextLength)
    for (score, row) in zip(scores, rows) {
      let expected = try #require(row["loglikelihood"]?.double)
      #expect(
        abs((score.soft ?? 0) - expected) <= 5e-5 * Double(score.details.tokens ?? 1), "\(row)")
      #expect((score.hard == 1) == row["is_greedy"]?.bool, "\(row)")
    }
    #expect(Set(scores.map(\.hard)) == [0, 1])
  }

  @Test func textsLongerThanTheContextAreScoredInTheHarnessWindows() throws {
    let rows = try rows("rolling")
    let prompts = try rows.map { textPrompt(try #require($0["text"]?.string)) }
    let scores = try scorer().score(prompts, contextLength: Self.contextLength)
    for (score, row) in zip(scores, rows) {
      let expected = try #require(row["loglikelihood"]?.double)
      let found = try #require(score.details.logLikelihoods?.first)
      #expect(abs(found - expected) <= 5e-5 * Double(score.details.tokens ?? 1), "\(row)")
    }
  }

  @Test func responsesAreTheHarnessOnes() throws {
    let rows = try rows("generate")
    let prompts = try rows.enumerated().map { index, row in
      Prompt(
        id: "\(index)", ability: "generate",
        content: .generate(
          .init(
            prompt: try #require(row["context"]?.string), answer: "x",
            stop: try #require(row["until"]?.array).compactMap(\.string),
            maxTokens: try #require(row["max_tokens"]?.int))))
    }
    let scores = try scorer().score(prompts, contextLength: Self.contextLength)
    for (score, row) in zip(scores, rows) {
      #expect(score.details.answer == row["response"]?.string)
    }
  }

  @Test func scoresDoNotDependOnOrderOrCompanyOrThreads() throws {
    let sources = [
      "The baker sold three loaves", "Question: two plus two?", "A small green bird", "It sang",
    ]
    var prompts: [Prompt] = []
    for (index, text) in sources.enumerated() {
      let kinds: [Prompt.Content] = [
        .choice(prompt: text, choices: [" before noon", " four", " on the wall"], answer: 1),
        .completion(prompt: text, answer: " and the river"),
        .minimalPair(good: text, bad: text + " again"),
        .text(text),
        .generate(
          .init(prompt: text, answer: "x", maxTokens: 6, samples: 2, reference: " until spring")),
      ]
      prompts += kinds.enumerated().map {
        Prompt(id: "\(index)-\($0)", ability: "\($1)".prefix(4).description, content: $1)
      }
    }
    let together = try scorer().score(prompts, contextLength: Self.contextLength)
    let backwards = try scorer(threads: 2).score(
      prompts.reversed(), contextLength: Self.contextLength)
    #expect(together == backwards.reversed())
    for (prompt, score) in zip(prompts, together) {
      let alone = try scorer().score([prompt], contextLength: Self.contextLength)[0]
      #expect(alone == score, "\(alone) \(score)")
    }
  }

  @Test func distancesFromTheBaseAreAddedToTexts() throws {
    let long = String(repeating: "The baker sold three loaves. ", count: 3)
    let prompts = [
      Prompt(id: "0", ability: "a", content: .completion(prompt: "The", answer: " baker")),
      textPrompt(long, id: "1"), textPrompt("A small green bird", id: "2"),
    ]
    let prepared = try PreparedPrompts(
      prompts, tokenizer: tokenizer, contextLength: Self.contextLength)
    let model = try decoder(Self.folder.appending(path: "model"))
    var scores = try scorer().score(prepared)
    let batch = try model.prepare(prepared.textRequests)
    #expect(prepared.textRequests.count > 2)
    prepared.add(try model.divergences(from: model, on: batch), to: &scores)
    #expect(scores.map(\.details.klFromBase) == [nil, 0, 0])
    let other = model.overlaying(
      ScaledTensors(source: try ModelCheckpoint.open(Self.folder.appending(path: "model")).source),
      changing: ["model.layers.1.mlp.down_proj.weight"])
    let divergences = try other.divergences(from: model, on: batch)
    prepared.add(divergences, to: &scores)
    let windows = divergences.dropLast()
    let tokens = windows.reduce(0) { $0 + Double($1.tokens) }
    let mean = windows.reduce(0) { $0 + $1.fromOther * Double($1.tokens) } / tokens
    #expect(Double(scores[1].details.tokens ?? 0) == tokens)
    #expect(abs((scores[1].details.klFromBase ?? 0) - mean) < 1e-12 && mean > 1e-4)
    #expect(scores[2].details.klToBase == divergences.last?.toOther)
    let summary = try AbilitySummary.summaries(of: Array(scores.dropFirst()))[0]
    let total = divergences.reduce(0) { $0 + $1.fromOther * Double($1.tokens) }
    let all = divergences.reduce(0) { $0 + $1.tokens }
    #expect(abs((summary.metrics[.klFromBase]?.value ?? 0) - total / Double(all)) < 1e-12)
  }

  private func scorer(threads: Int = 1) throws -> PromptScorer {
    PromptScorer(
      tokenizer: tokenizer,
      model: try decoder(Self.folder.appending(path: "model"), threads: threads))
  }
}

/// A source whose every value is a tenth larger.
private struct ScaledTensors: TensorSource {
  let source: any TensorSource
  var tensors: [TensorInfo] { source.tensors }

  func info(_ name: String) -> TensorInfo? { source.info(name) }

  func read(_ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>)
    throws
  {
    try source.read(name, rows: rows, into: destination)
    for index in destination.indices { destination[index] *= 1.1 }
  }
}
