import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformer

@Suite("Generation")
struct GenerationTests {
  private static let decoders = [
    TinyDecoder("llama"), TinyDecoder("mistral") { $0.config["sliding_window"] = "6" },
    TinyDecoder("qwen3"),
  ]

  private func model(_ decoder: TinyDecoder) throws -> DecoderModel {
    let directory = try TemporaryDirectory()
    try decoder.write(seed: 9, to: directory.url)
    return DecoderModel(try ModelCheckpoint.open(directory.url))
  }

  private func contexts(_ lengths: [Int]) -> [[Int]] {
    lengths.map { randomTokens($0, vocabulary: 64, seed: UInt64($0)) }
  }

  @Test("Cached keys and values give what whole passes give", arguments: decoders)
  func cache(decoder: TinyDecoder) throws {
    let model = try model(decoder)
    let contexts = contexts([1, 5, 5, 20])
    let expected = try contexts.map { context in
      var tokens = context
      for _ in 0..<8 {
        let logits = try model.logits([tokens])[0].row(tokens.count - 1)
        tokens.append((logits.firstIndex(of: logits.max() ?? 0) ?? 0) - logits.startIndex)
      }
      return Array(tokens.dropFirst(context.count))
    }
    let generated = try model.generate(
      contexts.map { TokenGenerationRequest(context: $0, maxTokens: 8) })
    #expect(generated == expected)
  }

  @Test("An end token ends a text and is not part of it; a stop rule ends it behind the token")
  func stopping() throws {
    let model = try model(Self.decoders[0])
    let context = contexts([6])[0]
    func run(end: Set<Int> = [], stops: @escaping @Sendable ([Int]) -> Bool = { _ in false })
      throws -> [Int]
    {
      try model.generate([
        TokenGenerationRequest(context: context, maxTokens: 9, endTokens: end, stops: stops)
      ])[0]
    }
    let free = try run()
    #expect(free.count == 9)
    let end = try #require(free.dropFirst(3).first { !free[..<3].contains($0) })
    let place = try #require(free.firstIndex(of: end))
    #expect(try run(end: [end]) == Array(free[..<place]))
    #expect(try run { $0.count == 4 } == Array(free[..<4]))
    #expect(
      try model.generate([TokenGenerationRequest(context: context, maxTokens: 0)]) == [[]])
  }

  @Test("Draws are repeatable, differ by seed, and have the model's frequencies")
  func sampling() throws {
    let model = try model(Self.decoders[0])
    let context = contexts([4])[0]
    func draw(_ temperature: Double, _ seeds: Range<UInt64>) throws -> [[Int]] {
      try model.generate(
        seeds.map {
          TokenGenerationRequest(
            context: context, maxTokens: 1, temperature: temperature, seed: $0)
        })
    }
    let drawn = try draw(0.8, 0..<2000)
    #expect(try draw(0.8, 0..<64) == Array(drawn[..<64]))
    let logits = try model.logits([context])[0].row(context.count - 1).map { Double($0) / 0.8 }
    let total = logits.map { exp($0) }.reduce(0, +)
    let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
    let share = exp(logits[best]) / total
    let found = Double(drawn.count { $0 == [best] }) / 2000
    // Four standard errors of a share of 2,000 draws.
    #expect(abs(found - share) < 4 * (share * (1 - share) / 2000).squareRoot())
    #expect(Set(drawn).count > 5)
  }

  @Test("Temperatures below zero and unknown tokens are refused")
  func refusals() throws {
    let model = try model(Self.decoders[0])
    #expect(throws: TransformerError.invalidTemperature(-1)) {
      try model.generate([TokenGenerationRequest(context: [1], maxTokens: 1, temperature: -1)])
    }
    #expect(throws: TransformerError.unknownToken(64, vocabulary: 64)) {
      try model.generate([TokenGenerationRequest(context: [64], maxTokens: 1)])
    }
    #expect(throws: TransformerError.emptySequence) { try model.logits([[]]) }
    #expect(throws: TransformerError.emptySequence) {
      try model.score([TokenScoringRequest(context: [], continuation: [1])])
    }
    #expect(throws: TransformerError.unknownToken(-1, vocabulary: 64)) {
      try model.score([TokenScoringRequest(context: [1], continuation: [-1])])
    }
  }
}
