import Architecture
import Checkpoints
import Foundation
import JSON
import LinearAlgebra

/// Writes small random decoders as Hugging Face directories: norms and biases are random too.
package struct TinyDecoder: Sendable {
  /// `model_type`.
  package var family = "llama"
  /// Blocks.
  package var layers = 2
  /// d_model.
  package var width = 32
  /// Query heads.
  package var heads = 4
  /// Key/value heads.
  package var keyValueHeads = 2
  /// d_head.
  package var headWidth = 8
  /// Width of the MLP.
  package var hidden = 48
  /// Rows of the embedding.
  package var vocabulary = 64
  /// Whether the unembedding is the embedding.
  package var tied = false
  /// Stored dtype.
  package var dtype = DType.f32
  /// More members of config.json, values as JSON text; they replace members of the same key.
  package var config: [String: String] = [:]

  package init(_ family: String = "llama", _ change: (inout TinyDecoder) -> Void = { _ in }) {
    self.family = family
    change(&self)
  }

  /// Writes a tiny model of a family with all else at its default, as ``write(seed:to:)`` does.
  @discardableResult
  package static func write(family: String, seed: UInt64, to url: URL? = nil) throws -> URL {
    try TinyDecoder(family).write(seed: seed, to: url)
  }

  /// Writes config.json and model.safetensors to a directory, a new temporary one if nil.
  ///
  /// Every tensor has its own stream of the seed.
  @discardableResult
  package func write(seed: UInt64, to url: URL? = nil) throws -> URL {
    let directory =
      url ?? FileManager.default.temporaryDirectory.appending(path: "offaxis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(configuration.utf8).write(to: directory.appending(path: "config.json"))
    try write(tensors(seed: seed), to: directory)
    return directory
  }

  /// Writes a model that differs from ``write(seed:to:)``'s by random updates of some projections.
  ///
  /// `scale` is the standard deviation of an update relative to that of the weights; norms, biases
  /// and embeddings never change.
  @discardableResult
  package func writeTuned(
    seed: UInt64, tuningSeed: UInt64, scale: Float = 0.05,
    modules: [WeightRole] = WeightRole.projections, to url: URL? = nil
  ) throws -> URL {
    let directory = try write(seed: seed, to: url)
    let tuned = try zip(table().entries, tensors(seed: seed)).map { entry, tensor in
      guard entry.isProjection, modules.contains(entry.role) else { return tensor }
      var random = CounterRandom(seed: tuningSeed, stream: "update \(entry.name)")
      let size = scale / Float(entry.shape[1]).squareRoot()
      let elements = tensor.elements.map { $0 + size * Float(random.gaussian()) }
      return (name: tensor.name, shape: tensor.shape, elements: elements)
    }
    try write(tuned, to: directory)
    return directory
  }

  /// config.json.
  package var configuration: String {
    let members: [String: String] = [
      "model_type": "\"\(family)\"", "hidden_size": "\(width)", "num_hidden_layers": "\(layers)",
      "num_attention_heads": "\(heads)", "num_key_value_heads": "\(keyValueHeads)",
      "head_dim": "\(headWidth)", "intermediate_size": "\(hidden)", "vocab_size": "\(vocabulary)",
      "max_position_embeddings": "128", "rms_norm_eps": "1e-05", "rope_theta": "10000.0",
      "hidden_act": "\"silu\"", "tie_word_embeddings": "\(tied)",
    ].merging(config) { $1 }
    let lines = members.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  /// The tensors that config.json asks for.
  package func table() throws -> WeightTable {
    ModelCatalog.weights(
      for: try ModelCatalog.specification(from: JSONParser.parse(configuration)))
  }

  private typealias Tensor = (name: String, shape: [Int], elements: [Float])

  private func tensors(seed: UInt64) throws -> [Tensor] {
    try table().entries.map { entry in
      var random = CounterRandom(seed: seed, stream: entry.name)
      let isMatrix = entry.shape.count == 2
      let scale = isMatrix ? 1 / Float(entry.shape[1]).squareRoot() : 0.1
      let centre: Float = isMatrix || entry.isBias ? 0 : 1
      let elements = (0..<entry.shape.reduce(1, *)).map { _ in
        centre + scale * Float(random.gaussian())
      }
      return (name: entry.name, shape: entry.shape, elements: elements)
    }
  }

  private func write(_ tensors: [Tensor], to directory: URL) throws {
    try SafetensorsWriter.write(
      InMemoryTensors(tensors, dtype: dtype), to: directory.appending(path: "model.safetensors"))
  }
}
