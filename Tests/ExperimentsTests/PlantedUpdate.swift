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

/// Updates of a trained model whose truth is known: noise everywhere, and one block of one matrix
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
  /// Half of the directions, so that noise has about equal shares in all blocks.
  static let rank = RankRule.fraction(0.5)
  /// Norm of the noise relative to that of each matrix.
  static let noise: Float = 0.02
  /// Norm of the smallest plant relative to that of the noise in its matrix.
  static let smallestPlant: Float = 0.8
  /// Prompts that a plant is sized on and a sweep is scored on.
  static let sample = 200
  /// What a plant does to the ability at least, in standard errors of the paired difference.
  static let leastEffect = 5.0

  private let model: ModelCheckpoint
  private let decoder: DecoderModel
  private let tokenizer: any Tokenizer
  private let prepared: PreparedPrompts
  private let clusters: Clusters

  init(seed: UInt64) throws {
    model = try ModelCheckpoint.open(Self.base)
    decoder = DecoderModel(model)
    tokenizer = try TokenizerLoader.load(directory: Self.base) { _ in }
    let prompts = try PromptSet.load([Self.ability], sample: Self.sample, seed: seed).prompts
    clusters = Clusters(groups: prompts.map(\.group))
    prepared = try PreparedPrompts(
      prompts, tokenizer: tokenizer, contextLength: model.specification.contextLength)
  }

  /// A plan that looks for the truth.
  func plan(tuned: URL, seed: UInt64) -> AblationPlan {
    AblationPlan(
      base: Self.base.path, tuned: tuned.path, prompts: [Self.ability.path],
      components: Self.blocks, operations: [.remove], by: [.layer], rank: Self.rank,
      controls: [.randomEnergy], controlSeeds: 5, sample: Self.sample, seed: seed)
  }

  /// Writes the base with noise and, if there is a truth, a plant of it.
  ///
  /// - Returns: The plant's effect in standard errors.
  func write(_ truth: Truth?, seed: UInt64, to directory: URL) throws -> Double {
    var updates = try structureless(seed: seed)
    var effect = 0.0
    if let truth {
      let before = try scores(updates)
      let (name, direction) = try plant(truth, on: updates)
      let noise = try #require(updates[name])
      var size = Self.smallestPlant
      repeat {
        let scale = size * Float(noise.frobeniusNorm / direction.frobeniusNorm)
        updates[name] = noise + scale * direction
        let estimate = try Bootstrap(seed: 0).meanDifference(
          of: scores(updates), minus: before, clusters: clusters, method: .studentized)
        effect = abs(estimate.mean / estimate.standardError)
        size *= 1.2
      } while effect < Self.leastEffect && size < 3
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
    let pairs = try model.weights.projections.map { entry in
      let base = try model.source.matrix(entry.name)
      var random = CounterRandom(seed: seed, stream: "noise \(entry.name)")
      let update = Matrix<Float>.gaussian(
        rows: base.rows, columns: base.columns, using: &random)
      let scale = Self.noise * Float(base.frobeniusNorm / update.frobeniusNorm)
      return (entry.name, scale * update)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The ability's mean gradient inside a block, downhill, in the matrix of the layer where it is
  /// steepest: what costs most for its energy.
  private func plant(
    _ truth: Truth, on updates: [String: Matrix<Float>]
  ) throws -> (name: String, direction: Matrix<Float>) {
    let entries = model.weights.projections.filter { $0.layer == truth.layer }
    let edited = try edited(updates)
    let likelihoods = try edited.score(prepared.requests).map {
      $0.logProbabilities.reduce(0, +)
    }
    let scores = try prepared.differentiableScores(likelihoods)
    let gradients = WeightGradients(
      of: entries, weights: scores.flatMap { $0.slopes.map { -$0 / Double(scores.count) } })
    _ = try edited.reversePass(prepared.requests, into: gradients)
    let candidates = try entries.map { entry in
      let base = try model.source.matrix(entry.name)
      let split = BlockSplit(
        delta: Matrix(
          rows: base.rows, columns: base.columns, elements: try #require(gradients[entry.name])),
        subspace: try SingularSubspace<Float>(of: base, rank: Self.rank))
      let block =
        switch truth.block {
        case .po: split.po
        case .op: split.op
        case .oo: split.oo
        default: split.pp
        }
      return (name: entry.name, direction: block, slope: block.frobeniusNorm * base.frobeniusNorm)
    }
    let steepest = try #require(candidates.max { $0.slope < $1.slope })
    return (steepest.name, steepest.direction)
  }

  // MARK: Behaviour

  private func scores(_ updates: [String: Matrix<Float>]) throws -> [Double] {
    let scorer = PromptScorer(tokenizer: tokenizer, model: try edited(updates))
    return try scorer.score(prepared).compactMap(\.soft)
  }

  private func edited(_ updates: [String: Matrix<Float>]) throws -> DecoderModel {
    let changed = try updates.map { name, update in
      let base = try model.source.matrix(name)
      return (name: name, shape: [base.rows, base.columns], elements: (base + update).elements)
    }
    return decoder.overlaying(InMemoryTensors(changed), changing: updates.keys.sorted())
  }
}
