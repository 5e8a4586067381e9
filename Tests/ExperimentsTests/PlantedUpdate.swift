import Architecture
import Checkpoints
import Edits
import Evaluation
import Experiments
import Foundation
import LinearAlgebra
import Statistics
import TestSupport
import Testing
import Tokenization
import Transformer
import Updates

/// Updates of a trained model whose truth is known: noise everywhere, and one block of one layer
/// that changes an ability.
struct PlantedUpdate {
  /// Where a plant lies.
  struct Truth: Hashable {
    let layer: Int
    let block: Component
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL
  static let base = root.appending(path: "models/base")
  static let ability = root.appending(path: "prompts/family/agreement.jsonl")
  static let blocks: [Component] = [.pp, .po, .op, .oo]
  /// Norm of the noise relative to that of each matrix.
  static let noise: Float = 0.3
  /// Prompts that a plant is sized on and a sweep is scored on.
  static let sample = 80
  /// What a plant does to the ability, in standard errors of the paired difference.
  static let leastEffect = 5.0

  private let model: ModelCheckpoint
  private let decoder: DecoderModel
  private let tokenizer: any Tokenizer
  private let prepared: PreparedPrompts
  private let inputs: [String: Matrix<Float>]

  init(seed: UInt64) throws {
    model = try ModelCheckpoint.open(Self.base)
    decoder = DecoderModel(model)
    tokenizer = try TokenizerLoader.load(directory: Self.base) { _ in }
    let prompts = try PromptSet.load([Self.ability], sample: Self.sample, seed: seed).prompts
    prepared = try PreparedPrompts(
      prompts, tokenizer: tokenizer, contextLength: model.specification.contextLength)
    inputs = try Self.meanInputs(
      of: decoder, model, prepared.requests.prefix(20).map { $0.context + $0.continuation })
  }

  /// A plan that looks for the truth.
  func plan(tuned: URL, seed: UInt64) -> AblationPlan {
    AblationPlan(
      base: Self.base.path, tuned: tuned.path, prompts: [Self.ability.path],
      components: Self.blocks, operations: [.remove], by: [.layer], controls: [.randomEnergy],
      controlSeeds: 5, sample: Self.sample, seed: seed)
  }

  /// Writes the base with noise and, if there is a truth, a plant of it.
  ///
  /// - Returns: The plant's effect in standard errors.
  @discardableResult
  func write(_ truth: Truth?, seed: UInt64, to directory: URL) throws -> Double {
    let noise = try structureless(seed: seed)
    var updates = noise
    var effect = 0.0
    if let truth {
      let before = try scores(noise)
      let plant = try plant(truth, seed: seed)
      var size: Float = 0.05
      repeat {
        size *= 1.3
        updates = noise.merging(plant) { $0 + size * $1 }
        let estimate = try Bootstrap(seed: 0).meanDifference(
          of: scores(updates), minus: before, method: .studentized)
        effect = abs(estimate.mean / estimate.standardError)
      } while effect < Self.leastEffect
    }
    try TinyPair.write(model, to: directory) { entry, elements in
      guard let update = updates[entry.name] else { return elements }
      return zip(elements, update.elements).map { $0 + $1 }
    }
    return effect
  }

  // MARK: Updates

  /// Gaussian updates of every projection, of equal relative norm.
  private func structureless(seed: UInt64) throws -> [String: Matrix<Float>] {
    try updates(of: model.weights.entries.filter(\.isProjection)) { entry, base in
      var random = CounterRandom(seed: seed, stream: "noise \(entry.name)")
      return (Matrix.gaussian(rows: base.rows, columns: base.columns, using: &random), Self.noise)
    }
  }

  /// One direction a matrix of a layer, inside a block: from the mean input to a random output.
  private func plant(_ truth: Truth, seed: UInt64) throws -> [String: Matrix<Float>] {
    let entries = model.weights.entries.filter { $0.isProjection && $0.layer == truth.layer }
    return try updates(of: entries) { entry, base in
      var random = CounterRandom(seed: seed, stream: "plant \(entry.name)")
      let output = Matrix<Float>.gaussian(rows: base.rows, columns: 1, using: &random)
      let input = try #require(inputs[entry.name])
      let split = BlockSplit(
        delta: output * input,
        subspace: try SingularSubspace<Float>(of: base, rank: .standard))
      return switch truth.block {
      case .po: (split.po, 1)
      case .op: (split.op, 1)
      case .oo: (split.oo, 1)
      default: (split.pp, 1)
      }
    }
  }

  private func updates(
    of entries: [WeightEntry],
    _ make: (WeightEntry, Matrix<Float>) throws -> (Matrix<Float>, relativeNorm: Float)
  ) throws -> [String: Matrix<Float>] {
    let pairs = try entries.map { entry in
      let base = try model.source.matrix(entry.name)
      let (update, norm) = try make(entry, base)
      let scale = norm * Float(base.frobeniusNorm / update.frobeniusNorm)
      return (entry.name, scale * update)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  // MARK: Behaviour

  private func scores(_ updates: [String: Matrix<Float>]) throws -> [Double] {
    let changed = try updates.map { name, update in
      let base = try model.source.matrix(name)
      return (name: name, shape: [base.rows, base.columns], elements: (base + update).elements)
    }
    let edited = decoder.overlaying(InMemoryTensors(changed), changing: updates.keys.sorted())
    let scorer = PromptScorer(tokenizer: tokenizer, model: edited)
    return try scorer.score(prepared).compactMap(\.soft)
  }

  /// The mean input of every projection over all tokens, [1, n].
  private static func meanInputs(
    of decoder: DecoderModel, _ model: ModelCheckpoint, _ sequences: [[Int]]
  ) throws -> [String: Matrix<Float>] {
    let projections = model.weights.entries.filter(\.isProjection)
    func site(_ entry: WeightEntry) -> Site {
      switch entry.role {
      case .output: Site(.headOutputs, layer: entry.layer)
      case .down: Site(.neurons, layer: entry.layer)
      case .gate, .up: Site(.feedForwardNormalized, layer: entry.layer)
      default: Site(.attentionNormalized, layer: entry.layer)
      }
    }
    let activations = try decoder.activations(
      sequences, at: Array(Set(projections.map(site))))
    return try Dictionary(
      uniqueKeysWithValues: projections.map { entry in
        var sum = [Float](repeating: 0, count: entry.shape[1])
        for sequence in activations {
          let values = try #require(sequence[site(entry)])
          for (index, value) in values.elements.enumerated() { sum[index % sum.count] += value }
        }
        let norm: WeightRole? =
          switch entry.role {
          case .output, .down: nil
          case .gate, .up: .feedForwardNorm
          default: .attentionNorm
          }
        if let norm, let weight = model.weights.entry(norm, layer: entry.layer) {
          sum = zip(sum, try model.source.vector(weight.name)).map { $0 * $1 }
        }
        return (entry.name, Matrix(rows: 1, columns: sum.count, elements: sum))
      })
  }
}
