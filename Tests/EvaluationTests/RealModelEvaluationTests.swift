import Checkpoints
import Evaluation
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization
import Transformer

/// The directory of SmolLM2-135M-Instruct; `make test-real` sets it.
private let directory = ProcessInfo.processInfo.environment["OFFAXIS_SMOLLM2"]
  .map { URL(filePath: $0) }

/// The model and its tokenizer, read once for all tests.
private let loaded = Result {
  let directory = try #require(directory)
  return (
    model: try decoder(directory, threads: 2),
    tokenizer: try TokenizerLoader.load(directory: directory)
  )
}

/// lm-evaluation-harness on a real model.
@Suite(.enabled(if: directory != nil, "run `make test-real`"), .serialized)
struct RealModelEvaluationTests {
  let tasks: JSONValue
  let tokenizer: any Tokenizer
  let model: DecoderModel

  init() throws {
    let file = Fixture.url("smollm2/lm_eval.json")
    tasks = try #require(try JSONParser.parse(Data(contentsOf: file))["tasks"])
    (model, tokenizer) = try loaded.get()
  }

  private func samples(_ task: UTF8Text) throws -> [JSONValue] {
    try #require(tasks[task]?["samples"]?.array)
  }

  private func score(_ contents: [Prompt.Content]) throws -> [PromptScore] {
    let prompts = contents.enumerated().map {
      Prompt(id: "\($0)", ability: "a", content: $1)
    }
    return try PromptScorer(tokenizer: tokenizer, model: model).score(prompts, contextLength: 8192)
  }

  /// Log-likelihoods agree to 2e-4 nats a token.
  private func expectClose(_ found: Double, _ expected: Double?, tokens: Int) throws {
    let expected = try #require(expected)
    #expect(abs(found - expected) <= 2e-4 * Double(max(tokens, 1)), "\(found), \(expected)")
  }

  @Test(arguments: ["choice", "choice-shots"]) func choicesScoreAsInTheHarness(task: String) throws
  {
    let samples = try samples(UTF8Text(task))
    let scores = try score(
      samples.map { sample in
        .choice(
          prompt: try #require(sample["context"]?.string),
          choices: try #require(sample["continuations"]?.array).compactMap(\.string),
          answer: try #require(sample["target"]?.int))
      })
    for (score, sample) in zip(scores, samples) {
      let expected = try #require(sample["loglikelihoods"]?.array).map(\.double)
      let choices = try #require(sample["continuations"]?.array).compactMap(\.string)
      for (index, value) in (score.details.logLikelihoods ?? []).enumerated() {
        let tokens = try tokenizer.encode(choices[index], addSpecialTokens: false).ids.count
        try expectClose(value, expected[index], tokens: tokens)
      }
      #expect(score.hard == sample["acc"]?.double)
      #expect(score.details.accuracyPerCharacter == sample["acc_norm"]?.double)
      #expect(score.details.accuracyPerByte == sample["acc_bytes"]?.double)
    }
    let summary = try AbilitySummary.summaries(of: scores)[0]
    let results = try #require(tasks[UTF8Text(task)]?["results"])
    for metric in [Metric.accuracy, .accuracyPerCharacter, .accuracyPerByte] {
      let expected = try #require(results[UTF8Text("\(metric.rawValue),none")]?.double)
      #expect(abs((summary.metrics[metric]?.value ?? -1) - expected) < 1e-6)
    }
  }

  @Test func completionsScoreAsInTheHarness() throws {
    let samples = try samples("cloze")
    let scores = try score(
      samples.map { sample in
        .completion(
          prompt: try #require(sample["context"]?.string),
          answer: try #require(sample["continuations"]?.array?.first?.string))
      })
    for (score, sample) in zip(scores, samples) {
      try expectClose(
        score.soft ?? .nan, sample["loglikelihoods"]?.array?.first?.double,
        tokens: score.details.tokens ?? 0)
      #expect((score.hard == 1) == sample["is_greedy"]?.array?.first?.bool)
    }
  }

  @Test func textsScoreAsInTheHarness() throws {
    let texts = try String(
      contentsOf: Fixture.url("smollm2/rolling.jsonl"),
      encoding: .utf8
    ).split(separator: "\n").map { line in
      try #require(try JSONParser.parse(line.utf8)["text"]?.string)
    }
    let scores = try score(texts.map(Prompt.Content.text))
    for (score, sample) in zip(scores, try samples("rolling")) {
      try expectClose(
        score.details.logLikelihoods?[0] ?? .nan, sample["loglikelihood"]?.array?.first?.double,
        tokens: score.details.tokens ?? 0)
    }
    let bits = try AbilitySummary.summaries(of: scores)[0].metrics[.bitsPerByte]?.value
    let expected = try #require(tasks["rolling"]?["results"]?["bits_per_byte,none"]?.double)
    #expect(abs((bits ?? 0) - expected) < 1e-4)
  }

  @Test func responsesAreThoseOfTheHarness() throws {
    let samples = try samples("sums")
    let scores = try score(
      samples.map { sample in
        .generate(
          .init(
            prompt: try #require(sample["context"]?.string), answer: "0",
            stop: ["Question:", "\n\n"], maxTokens: 32, extract: #"#### (\-?[0-9\.\,]+)"#))
      })
    for (score, sample) in zip(scores, samples) {
      #expect(score.details.answer == sample["response"]?.string)
      let filtered = sample["filters"]?["strict-match"]?["filtered"]?.string
      #expect(score.details.extracted ?? "[invalid]" == filtered)
    }
  }
}
