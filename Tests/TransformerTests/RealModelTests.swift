import Architecture
import Checkpoints
import Foundation
import JSON
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// The directory of SmolLM2-135M-Instruct that tools/smollm2/fetch.sh makes, if it is there.
private enum RealModel {
  static let directory: URL? = {
    let named = ProcessInfo.processInfo.environment["OFFAXIS_SMOLLM2"]
    let url =
      named.map { URL(filePath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appending(
        path: ".cache/offaxis/SmolLM2-135M-Instruct")
    return FileManager.default.fileExists(atPath: url.appending(path: "config.json").path)
      ? url : nil
  }()
}

/// SmolLM2-135M against `transformers` float32.
@Suite("RealModel forward", .enabled(if: RealModel.directory != nil))
struct RealModelTests {
  private func model() throws -> DecoderModel {
    DecoderModel(try ModelCheckpoint.open(#require(RealModel.directory)), threads: 2)
  }

  private func reference() throws -> JSONValue {
    try JSONParser.parse(
      String(contentsOf: Fixture.url("smollm2/forward.json"), encoding: .utf8))
  }

  @Test("Log-probabilities lie within 2e-4 nats, largest logits within 5e-5 of their size")
  func logProbabilities() throws {
    let texts = try #require(reference()["texts"]?.array)
    let ids = texts.map { $0["ids"]?.array?.compactMap(\.int) ?? [] }
    let model = try model()
    let scores = try model.score(
      ids.map { TokenScoringRequest(context: [$0[0]], continuation: Array($0.dropFirst())) })
    for (text, score) in zip(texts, scores) {
      let expected = try #require(text["logprobs"]?.array).compactMap(\.double)
      #expect(expected.count == score.logProbabilities.count)
      let error = zip(expected, score.logProbabilities).map { abs($0 - $1) }.max() ?? .infinity
      #expect(error <= 2e-4)
    }
    let logits = try model.logits([ids[0]])[0].row(ids[0].count - 1)
    let top = try #require(texts[0]["top_ids"]?.array).compactMap(\.int)
    let values = try #require(texts[0]["top_logits"]?.array).compactMap(\.double)
    for (token, value) in zip(top, values) {
      #expect(abs(Double(logits[logits.startIndex + token]) - value) <= 5e-5 * values[0])
    }
  }

  @Test("Greedy continuations are equal, token for token")
  func greedy() throws {
    let prompts = try #require(reference()["greedy"]?.array)
    let generated = try model().generate(
      prompts.map {
        TokenGenerationRequest(
          context: $0["ids"]?.array?.compactMap(\.int) ?? [],
          maxTokens: $0["continuation"]?.array?.count ?? 0)
      })
    for (prompt, tokens) in zip(prompts, generated) {
      #expect(tokens == prompt["continuation"]?.array?.compactMap(\.int))
    }
  }

  @Test("Hidden states lie within 5e-5 of their largest value")
  func hiddenStates() throws {
    let reference = try reference()
    let hidden = try #require(reference["hidden"])
    let number = try #require(hidden["text"]?.int)
    let ids = try #require(reference["texts"]?.array?[number]["ids"]?.array).compactMap(\.int)
    let positions = try #require(hidden["positions"]?.array).compactMap(\.int).map {
      $0 < 0 ? ids.count + $0 : $0
    }
    let file = try SafetensorsFile(Fixture.url("smollm2/hidden.safetensors"))
    let model = try model()
    let sites = try file.tensors.map {
      try Site(name: $0.name, layerCount: model.specification.layerCount)
    }
    let found = try model.activations([ids], at: sites)[0]
    for site in sites {
      let expected = try file.matrix(site.name)
      let activations = try #require(found[site])
      for (row, position) in positions.enumerated() {
        #expect(relativeError(activations.row(position), expected.row(row)) <= 5e-5, "\(site.name)")
      }
    }
  }
}
