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
  /// Norm of a plant relative to that of the noise in its matrix.
  static let size: Float = 0.8
  /// Prompts that a sweep is scored on.
  static let sample = 200
  /// What a plant does to the ability at least, in standard errors of the paired difference.
  static let leastEffect = 5.0

  private let model: ModelCheckpoint
  private let decoder: DecoderModel
  private let tokenizer: any Tokenizer
  /// What the sweep is scored on.
  private let prepared: PreparedPrompts
  private let clusters: Clusters
  /// Prompts of the same ability that the sweep does not see: plants are made from these.
  private let others: PreparedPrompts

  init(seed: UInt64) throws {
    model = try ModelCheckpoint.open(Self.base)
    decoder = DecoderModel(model)
    tokenizer = try TokenizerLoader.load(directory: Self.base) { _ in }
    let scored = try PromptSet.load([Self.ability], sample: Self.sample, seed: seed).prompts
    let ids = Set(scored.map(\.id))
    let unseen = try PromptSet.load([Self.ability]).prompts.filter { !ids.contains($0.id) }
    clusters = Clusters(groups: scored.map(\.group))
    let length = model.specification.contextLength
    prepared = try PreparedPrompts(scored, tokenizer: tokenizer, contextLength: length)
    others = try PreparedPrompts(unseen, tokenizer: tokenizer, contextLength: length)
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
  /// - Returns: The plant's effect on the ability in standard errors over groups of prompts; 0
  ///   without one.
  func write(_ truth: Truth?, seed: UInt64, to directory: URL) throws -> Double {
    var updates = try structureless(seed: seed)
    var effect = 0.0
    if let truth { (updates, effect) = try planted(truth, in: updates) }
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

  /// The updates with a plant in the matrix of the layer where it changes the ability most, among
  /// those where it does so by enough standard errors, and that number.
  private func planted(_ truth: Truth, in noise: [String: Matrix<Float>]) throws -> (
    updates: [String: Matrix<Float>], effect: Double
  ) {
    let before = try scores(noise)
    let candidates = try directions(truth, at: noise).map { name, direction in
      var updates = noise
      updates[name] = noise[name].map { own in
        own + Self.size * Float(own.frobeniusNorm / direction.frobeniusNorm) * direction
      }
      let estimate = try Bootstrap(seed: 0).meanDifference(
        of: scores(updates), minus: before, clusters: clusters, method: .studentized)
      return (
        updates: updates, mean: abs(estimate.mean),
        effect: abs(estimate.mean / estimate.standardError)
      )
    }
    let strong = candidates.filter { $0.effect >= Self.leastEffect }
    let chosen = try #require(strong.max { $0.mean < $1.mean })
    return (chosen.updates, chosen.effect)
  }

  /// The part of the ability's mean gradient that lies in a block, for every matrix of a layer:
  /// what changes most for its energy.
  private func directions(
    _ truth: Truth, at updates: [String: Matrix<Float>]
  ) throws -> [(name: String, direction: Matrix<Float>)] {
    let entries = model.weights.projections.filter { $0.layer == truth.layer }
    let edited = try edited(updates)
    let likelihoods = try edited.score(others.requests).map {
      $0.logProbabilities.reduce(0, +)
    }
    let slopes = try others.differentiableScores(likelihoods).flatMap(\.slopes)
    let gradients = WeightGradients(of: entries, weights: slopes.map { -$0 })
    _ = try edited.reversePass(others.requests, into: gradients)
    return try entries.map { entry in
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
      return (entry.name, block)
    }
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
