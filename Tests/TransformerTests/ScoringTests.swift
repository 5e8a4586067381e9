import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformer

@Suite("Scoring")
struct ScoringTests {
  private func model(seed: UInt64 = 6, vocabulary: Int = 64) throws -> DecoderModel {
    let directory = try TemporaryDirectory()
    try TinyDecoder("qwen2") { $0.vocabulary = vocabulary }.write(seed: seed, to: directory.url)
    return DecoderModel(try ModelCheckpoint.open(directory.url), threads: 2)
  }

  /// log softmax in `Double`.
  private func logSoftmax(_ row: some Collection<Float>) -> [Double] {
    let top = Double(row.max() ?? 0)
    let total = row.reduce(0) { $0 + exp(Double($1) - top) }
    return row.map { Double($0) - top - log(total) }
  }

  @Test("Scores are log-softmax of the logits, greedy by the first largest")
  func definition() throws {
    let model = try model()
    let context = randomTokens(9, vocabulary: 64, seed: 1)
    let rows = try model.logits([context])[0]
    let first = logSoftmax(rows.row(8))
    let best = try #require(first.firstIndex(of: first.max() ?? 0))
    let worst = try #require(first.firstIndex(of: first.min() ?? 0))
    let scores = try model.score(
      [[best], [worst], [best, worst]].map {
        TokenScoringRequest(context: context, continuation: $0)
      })
    #expect(abs(scores[0].logProbabilities[0] - first[best]) < 1e-6)
    #expect(abs(scores[1].logProbabilities[0] - first[worst]) < 1e-6)
    #expect(scores.map(\.isGreedy)[..<2] == [true, false])
    let second = logSoftmax(try model.logits([context + [best]])[0].row(9))
    #expect(abs(scores[2].logProbabilities[1] - second[worst]) < 1e-6)
    #expect(scores[2].logProbabilities[0] == scores[0].logProbabilities[0])
  }

  @Test("Probabilities of all continuations add up to 1")
  func normalisation() throws {
    let scores = try model().score(
      (0..<64).map { TokenScoringRequest(context: [1, 2, 3], continuation: [$0]) })
    let total = scores.reduce(0) { $0 + exp($1.logProbabilities[0]) }
    #expect(abs(total - 1) < 1e-6)
    #expect(scores.count { $0.isGreedy } == 1)
  }

  @Test("Divergences equal sums over the two distributions, both ways")
  func divergences() throws {
    let (model, other) = (try model(), try model(seed: 7))
    let tokens = randomTokens(12, vocabulary: 64, seed: 3)
    let request = TokenScoringRequest(
      context: Array(tokens[..<4]), continuation: Array(tokens[4...]))
    let found = try model.divergences(from: other, on: model.prepare([request]))[0]
    let (p, q) = (try model.logits([tokens])[0], try other.logits([tokens])[0])
    var (forward, backward) = (0.0, 0.0)
    for position in 3..<11 {
      for (a, b) in zip(logSoftmax(p.row(position)), logSoftmax(q.row(position))) {
        forward += exp(a) * (a - b) / 8
        backward += exp(b) * (b - a) / 8
      }
    }
    #expect(abs(found.fromOther - forward) < 1e-5 && abs(found.toOther - backward) < 1e-5)
    #expect(forward > 0.01 && abs(forward - backward) > 1e-4)
    #expect(found.tokens == 8)
    let none = try model.divergences(from: model, on: model.prepare([request]))[0]
    #expect(none.fromOther == 0 && none.toOther == 0)
    #expect(throws: TransformerError.differentVocabularies(64, 65)) {
      try model.divergences(
        from: self.model(vocabulary: 65), on: model.prepare([request]))
    }
  }
}
