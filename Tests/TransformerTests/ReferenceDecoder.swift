import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Transformer

/// A tiny decoder with what `transformers` computed; see tools/fixtures/forward.py.
struct ReferenceDecoder: Sendable {
  let checkpoint: ModelCheckpoint
  let reference: SafetensorsFile

  /// Every family, bias, normalisation, window and rotary kind.
  static let names = [
    "llama", "llama-biases", "llama-linear", "llama-dynamic", "llama-yarn", "llama-llama3",
    "mistral", "qwen2", "qwen3", "qwen3-biases",
  ]

  init(_ name: String) throws {
    let directory = Fixture.url("forward/\(name)")
    checkpoint = try ModelCheckpoint.open(directory)
    reference = try SafetensorsFile(directory.appending(path: "reference.safetensors"))
  }

  var model: DecoderModel { DecoderModel(checkpoint) }

  func ids(_ sequence: Int) throws -> [Int] {
    try reference.vector("ids/\(sequence)").map(Int.init)
  }

  /// Every site that the reference has.
  func sites() throws -> [Site] {
    try reference.tensors.map(\.name).filter { $0.contains("hook") }.map {
      try Site(name: $0, layerCount: checkpoint.specification.layerCount)
    }
  }
}

/// The largest |a − b| / max(1, max|b|).
func relativeError(_ values: some Collection<Float>, _ expected: some Collection<Float>) -> Float {
  let scale = max(1, expected.map(abs).max() ?? 0)
  return zip(values, expected).map { abs($0 - $1) / scale }.max() ?? 0
}

/// Seeded tokens.
func randomTokens(_ count: Int, vocabulary: Int, seed: UInt64) -> [Int] {
  var random = CounterRandom(seed: seed, stream: "tokens")
  return (0..<count).map { _ in Int(random.next() % UInt64(vocabulary)) }
}

/// Every site of a decoder.
func allSites(layers: Int) -> [Site] {
  Site.Point.allCases.flatMap { point in
    point.isInBlock ? (0..<layers).map { Site(point, layer: $0) } : [Site(point)]
  }
}
