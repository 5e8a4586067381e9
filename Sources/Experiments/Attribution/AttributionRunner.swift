import Architecture
import Checkpoints
import Edits
import Evaluation
import Foundation
import Statistics
import Tokenization
import Transformer
import Updates

/// Attributes the change of every prompt's score from base to tuned to the parts of the update.
///
/// For a score S and a component C, ∫₀¹ ⟨∂S/∂W (W₀ + s·ΔW), C⟩ ds by Gauss–Legendre quadrature:
/// integrated gradients along the straight path (Sundararajan et al. 2017, arXiv 1703.01365, eq. 1),
/// with weights in the place of inputs. The attributions of everything that training changed add up
/// to S(W₁) − S(W₀). A unit is a point of the path, a model that is scored exactly, or an edit that
/// is.
public struct AttributionRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<AttributionPlan>
  /// What a user should know before the numbers.
  public let warnings: [String]
  private let pair: CheckpointPair
  private let prompts: PromptSet
  private let tokenizer: any Tokenizer
  private let checks: [Check]

  private var plan: AttributionPlan { resolved.plan }

  /// A cell whose exact effect is measured, and how.
  private struct Check: Sendable {
    let layer: Int
    let component: Component
    let operation: Edit.Operation

    var name: String { "\(operation.rawValue)/\(component)/layer=\(layer)" }
  }

  /// Opens and checks everything that a plan names.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `EvaluationError`, `TokenizerError`,
  ///   `ArchitectureError`.
  public init(_ plan: AttributionPlan) throws {
    try plan.validate()
    pair = try CheckpointPair.open(
      base: URL(fileURLWithPath: plan.base), tuned: URL(fileURLWithPath: plan.tuned))
    var notes = pair.warnings
    let loaded = try PromptSet.load(
      plan.prompts.map { URL(fileURLWithPath: $0) }, limit: plan.limit, sample: plan.sample,
      seed: plan.seed)
    for ability in loaded.abilities {
      let own = loaded.prompts.filter { $0.ability == ability }
      let lost = own.count { !$0.hasDifferentiableScore }
      if lost > 0 {
        notes.append(
          "\(lost) of \(own.count) prompts of \(ability) are left out: they are answered by "
            + "generating and have no \"reference\" whose log-likelihood could be attributed")
      }
    }
    prompts = loaded
    guard loaded.prompts.contains(where: \.hasDifferentiableScore) else {
      throw ExperimentError.contradiction(
        "no prompt has a score that can be differentiated: expected choice, completion, "
          + "minimal-pair or text, or generate with a \"reference\"; `offaxis ablate` scores all")
    }
    checks = try Self.checks(of: plan, in: pair.base.weights)
    let cells = checks.count / Edit.Operation.allCases.count
    if cells < plan.checks {
      notes.append(
        "agreement with exact edits is measured over \(cells) cells: there are no more layers × "
          + "components")
    }
    tokenizer = try TokenizerLoader.load(directory: pair.base.url) { notes.append($0) }
    warnings = notes
    resolved = ResolvedPlan(
      plan: plan,
      inputs: try ModelInputs.files(of: pair)
        + loaded.files.map { try InputFile(role: "prompts", file: $0) })
  }

  /// A seeded choice of layers × components, each removed and kept.
  private static func checks(of plan: AttributionPlan, in table: WeightTable) throws -> [Check] {
    let layers = Set(try plan.selection.entries(in: table).compactMap(\.layer)).sorted()
    let cells = layers.flatMap { layer in
      plan.components.uniqued().map { (layer: layer, component: $0) }
    }
    let chosen = Subset.indices(
      of: cells.map { "\($0.layer)/\($0.component)" }, count: plan.checks, seed: plan.seed)
    return chosen.flatMap { index in
      Edit.Operation.allCases.map {
        Check(layer: cells[index].layer, component: cells[index].component, operation: $0)
      }
    }
  }

  /// Computes what is not computed yet.
  ///
  /// - Returns: What was changed to make prompts fit.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws -> [String] {
    let store = directory.store
    let prepared = try PreparedPrompts(
      prompts.prompts.filter(\.hasDifferentiableScore), tokenizer: tokenizer,
      contextLength: pair.base.specification.contextLength, threads: threads)
    let units = try units(on: prepared, threads: threads)
    let finished = try store.finishedUnits()
    for (position, unit) in units.enumerated() where !finished.contains(unit.key) {
      progress.update(position, of: units.count, unit.key)
      let begin = ContinuousClock.now
      let write = try unit.compute()
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      try store.finish(unit: unit.key, position: position, seconds: seconds) {
        try write($0, position)
      }
    }
    progress.update(units.count, of: units.count, "done")
    return prepared.warnings
  }

  /// A piece of work that is stored as a whole.
  private struct Unit {
    let key: String
    /// Does the work and says how it is written, given a position.
    let compute: () throws -> (RunWriter, Int) throws -> Void
  }

  /// All units in plan order.
  private func units(on prepared: PreparedPrompts, threads: Int) throws -> [Unit] {
    let subspaces = SubspaceProvider(
      files: SubspaceFiles(
        directory: CacheDirectory.url.appendingPathComponent("subspaces"),
        content: ModelInputs.content(of: resolved.inputs, role: "base")))
    let directions = try AttributionDirections(pair, plan, subspaces)
    let (base, tuned) = (
      DecoderModel(pair.base, threads: threads), DecoderModel(pair.tuned, threads: threads)
    )

    var units = [
      Unit(key: "prompts") {
        let described = try directions.described(threads: threads)
        return { writer, _ in try Self.write(prepared.prompts, described, to: writer) }
      }
    ]
    for (name, model) in [("base", base), ("tuned", tuned)] {
      units.append(
        Unit(key: name) {
          let scores = try exact(model, prepared)
          return Self.record(ExactScores(name: name, scores: scores))
        })
    }
    for (number, node) in GaussLegendre(count: plan.steps).nodes.enumerated() {
      units.append(
        Unit(key: "point \(number)") {
          let point = try point(node, prepared, directions, threads: threads)
          return { writer, position in
            try writer.record(
              section: "point", name: "\(number)", position: position, point, numbers: false)
          }
        })
    }
    for check in checks {
      units.append(
        Unit(key: check.name) {
          let tensors = try edited(check, subspaces)
          let reference = tensors.reference == .base ? base : tuned
          let scores = try exact(
            reference.overlaying(tensors, changing: tensors.editedNames), prepared)
          return Self.record(
            ExactScores(
              name: check.name, layer: check.layer, component: "\(check.component)",
              operation: check.operation.rawValue, scores: scores))
        })
    }
    return units
  }

  private static func record(_ scores: ExactScores) -> (RunWriter, Int) throws -> Void {
    { writer, position in
      try writer.record(
        section: "exact", name: scores.name, position: position, scores, numbers: false)
    }
  }

  private static func write(
    _ prompts: [Prompt], _ directions: [AttributionDirection], to writer: RunWriter
  ) throws {
    for (number, prompt) in prompts.enumerated() {
      try writer.record(
        section: "prompt", name: "\(prompt.ability)/\(prompt.id)", position: number,
        AttributedPrompt(
          id: prompt.id, ability: prompt.ability, group: prompt.group, kind: prompt.kind.rawValue),
        numbers: false)
    }
    for (number, direction) in directions.enumerated() {
      try writer.record(
        section: "direction", name: "\(number)", position: number, direction, numbers: false)
    }
  }

  /// Adds up what was computed.
  public func result(of store: RunStore) throws -> AttributionResult {
    try AttributionResult(of: store, provenance: resolved.provenance)
  }

  // MARK: Models

  /// Scores of a model, one a prompt.
  private func exact(_ model: DecoderModel, _ prepared: PreparedPrompts) throws -> [Double] {
    let found = try model.score(prepared.requests).map { $0.logProbabilities.reduce(0, +) }
    let scores = try prepared.differentiableScores(found)
    precondition(scores.count == prepared.prompts.count)
    return scores.map(\.value)
  }

  private func edited(_ check: Check, _ subspaces: SubspaceProvider) throws -> EditedTensors {
    let edit = Edit(
      operation: check.operation, component: check.component,
      selection: WeightSelection(layers: LayerSet([check.layer]), modules: plan.selection.modules),
      rank: plan.rank, maskRank: plan.maskRank, maskAlpha: plan.maskAlpha)
    return try EditedTensors(pair: pair, edit: edit, subspaces: subspaces)
  }

  /// Derivatives of all scores along all directions at one point of the path.
  private func point(
    _ node: GaussLegendre.Node, _ prepared: PreparedPrompts, _ directions: AttributionDirections,
    threads: Int
  ) throws -> PathPoint {
    let model = DecoderModel(
      specification: pair.base.specification, weights: pair.base.weights,
      source: InterpolatedTensors(pair: pair, position: Float(node.position)), threads: threads)
    let found = try model.derivatives(of: prepared.requests, along: directions)
    let scores = try prepared.differentiableScores(found.map(\.logLikelihood))
    return PathPoint(
      position: node.position, weight: node.weight,
      slopes: scores.map { score in
        directions.labels.indices.map { direction in
          score.derivative { found[$0].along[direction] }
        }
      })
  }
}

extension Prompt {
  /// Whether ``PreparedPrompts/differentiableScores(_:)`` has a score of it.
  fileprivate var hasDifferentiableScore: Bool {
    if case .generate(let question) = content { question.reference != nil } else { true }
  }
}
