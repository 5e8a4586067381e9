import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// Against PyTorch's autograd in float32, tensor by tensor; see tools/fixtures/gradients.py.
@Suite struct GradientTests {
  /// Of the largest element of a tensor's gradient.
  private let tolerance: Float = 5e-5
  private static let starts = [4, 30]
  private static let weights = [2.0, -0.5]

  private func requests(_ decoder: ReferenceDecoder) throws -> [TokenScoringRequest] {
    try Self.starts.enumerated().map { index, start in
      let ids = try decoder.ids(index)
      return TokenScoringRequest(
        context: Array(ids[..<start]), continuation: Array(ids[start...]))
    }
  }

  @Test(arguments: ReferenceDecoder.names)
  func gradientsEqualTheReferenceTensorByTensor(name: String) throws {
    let decoder = try ReferenceDecoder(name)
    let reference = try SafetensorsFile(
      Fixture.url("forward/\(name)").appending(path: "gradients.safetensors"))
    let entries = decoder.checkpoint.weights.entries
    let gradients = WeightGradients(of: entries, weights: Self.weights)
    let likelihoods = try decoder.model.reversePass(requests(decoder), into: gradients)
    for (found, expected) in zip(likelihoods, try reference.vector("loglikelihoods")) {
      #expect(abs(found - Double(expected)) < 1e-4)
    }
    #expect(entries.count == reference.tensors.count - 1)
    for entry in entries {
      let expected = try reference.matrix(entry.name).elements
      let found = try #require(gradients[entry.name])
      let scale = expected.map(abs).max() ?? 0
      let error = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(scale > 0 && error <= tolerance * scale, "\(entry.name): \(error) of \(scale)")
    }
  }

  @Test func likelihoodsEqualThoseOfScoring() throws {
    let decoder = try ReferenceDecoder("qwen3")
    let found = try decoder.model.derivatives(of: requests(decoder), along: RandomDirections(0))
    let scores = try decoder.model.score(requests(decoder))
    for (derivatives, score) in zip(found, scores) {
      #expect(
        abs(derivatives.logLikelihood - score.logProbabilities.reduce(0, +)) < 1e-5)
    }
  }

  @Test(arguments: ["llama", "qwen3-biases"])
  func aDerivativeIsTheGradientsInnerProductWithItsDirection(name: String) throws {
    let decoder = try ReferenceDecoder(name)
    let entries = decoder.checkpoint.weights.entries
    let requests = try requests(decoder)
    let directions = RandomDirections(3, of: entries)
    let found = try decoder.model.derivatives(of: requests, along: directions)
    for (index, request) in found.enumerated() {
      let gradients = WeightGradients(
        of: entries, weights: requests.indices.map { $0 == index ? 1 : 0 })
      _ = try decoder.model.reversePass(requests, into: gradients)
      for direction in 0..<directions.count {
        let expected = entries.reduce(0.0) { sum, entry in
          let change = directions.change(direction, entry.name)
          return sum
            + zip(change, gradients[entry.name] ?? []).reduce(0.0) {
              $0 + Double($1.0) * Double($1.1)
            }
        }
        #expect(abs(request.along[direction] - expected) < 1e-4 * max(1, abs(expected)))
      }
    }
  }

  @Test func threadsChangeNoBit() throws {
    let decoder = try ReferenceDecoder("llama-biases")
    let requests = (0..<60).map { seed in
      TokenScoringRequest(
        context: randomTokens(5 + seed % 7, vocabulary: 41, seed: UInt64(seed)),
        continuation: randomTokens(3, vocabulary: 41, seed: UInt64(1000 + seed)))
    }
    let directions = RandomDirections(2, of: decoder.checkpoint.weights.entries)
    var parallel = decoder.model
    parallel.threads = 3
    let one = try decoder.model.derivatives(of: requests, along: directions)
    #expect(try parallel.derivatives(of: requests, along: directions) == one)
  }

  @Test func requestsWithoutTokensAreRefused() throws {
    let decoder = try ReferenceDecoder("llama")
    for request in [
      TokenScoringRequest(context: [], continuation: [1]),
      TokenScoringRequest(context: [1], continuation: []),
      TokenScoringRequest(context: [1], continuation: [41]),
    ] {
      #expect(throws: TransformerError.self) {
        try decoder.model.derivatives(of: [request], along: RandomDirections(0))
      }
    }
  }
}

/// Gaussian directions through some tensors.
private struct RandomDirections: WeightDirections {
  let count: Int
  private let sizes: [String: Int]

  init(_ count: Int, of entries: [WeightEntry] = []) {
    self.count = count
    sizes = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.shape.reduce(1, *)) })
  }

  func change(_ direction: Int, _ tensor: String) -> [Float] {
    var random = CounterRandom(seed: UInt64(direction), stream: tensor)
    return (0..<(sizes[tensor] ?? 0)).map { _ in Float(random.gaussian()) }
  }

  func changes(of tensor: String) -> [(direction: Int, elements: [Float])] {
    (0..<count).map { ($0, change($0, tensor)) }
  }
}
