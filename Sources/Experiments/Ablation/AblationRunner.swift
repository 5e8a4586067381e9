import Architecture
import Checkpoints
import Edits
import Evaluation
import Foundation
import Statistics
import Tokenization
import Transformer
import Updates

/// Scores every condition of a plan, one transaction each; goes on where it was interrupted.
public struct AblationRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<AblationPlan>
  private let pair: CheckpointPair
  private let prompts: PromptSet
  private let tokenizer: any Tokenizer
  private let conditions: [AblationCondition]

  /// What a user should know before the numbers.
  public let warnings: [String]

  /// Opens and checks everything that a plan names; no weight is read but for its hash.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `EvaluationError`, `TokenizerError`,
  ///   `ArchitectureError`, `EditError`.
  public init(_ plan: AblationPlan) throws {
    try plan.validate()
    pair = try CheckpointPair.open(
      base: URL(fileURLWithPath: plan.base), tuned: URL(fileURLWithPath: plan.tuned))
    prompts = try PromptSet.load(
      plan.prompts.map { URL(fileURLWithPath: $0) }, limit: plan.limit, sample: plan.sample,
      seed: plan.seed)
    conditions = try AblationSweep.conditions(of: plan, in: pair.base.weights)
    for condition in conditions { try condition.edit?.validate() }
    var notes = pair.warnings
    tokenizer = try TokenizerLoader.load(directory: pair.base.url) { notes.append($0) }
    warnings = notes
    resolved = ResolvedPlan(
      plan: plan,
      inputs: try ModelInputs.files(of: pair)
        + prompts.files.map { try InputFile(role: "prompts", file: $0) })
  }

  /// Scores what is not scored yet.
  ///
  /// - Returns: What was changed to make prompts fit.
  /// - Throws: Errors of models, edits and scoring; everything finished before stays.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws -> [String] {
    let store = directory.store
    let finished = try store.finishedUnits()
    let prepared = try PreparedPrompts(
      prompts.prompts, tokenizer: tokenizer,
      contextLength: pair.base.specification.contextLength, threads: threads)
    if !finished.contains("prompts") {
      try store.finish(unit: "prompts", position: 0, seconds: 0) { try $0.write(described()) }
    }
    var sweep = try Sweep(
      pair: pair, prepared: prepared, tokenizer: tokenizer, plan: resolved.plan,
      content: ModelInputs.content(of: resolved.inputs, role: "base"), threads: threads)
    let pending = conditions.enumerated().filter { !finished.contains($0.element.id) }
    for (position, condition) in pending {
      progress.update(position, of: conditions.count, condition.id)
      let start = ContinuousClock.now
      let outcome = try sweep.score(condition)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      try store.finish(unit: condition.id, position: position + 1, seconds: seconds) { writer in
        try writer.write(condition, position: position, matrices: outcome.matrices)
        try writer.write(outcome.scores, of: condition.id)
      }
    }
    progress.update(conditions.count, of: conditions.count, "done")
    return prepared.warnings
  }

  /// Analyses what was scored.
  public func result(of store: RunStore) throws -> AblationResult {
    try AblationResult(
      store.ablationScores(), seed: resolved.plan.seed, provenance: resolved.provenance)
  }

  /// Prompts with the half that each belongs to.
  private func described() throws -> [AblationScores.Prompt] {
    let byAbility = Dictionary(grouping: prompts.prompts, by: \.ability)
    return try prompts.abilities.flatMap { ability -> [AblationScores.Prompt] in
      let members = byAbility[ability] ?? []
      let groups = members.map(\.group)
      // Few groups cannot be halved: then prompts are, and intervals still know the groups.
      let canSplitGroups = Clusters(groups: groups).count >= Self.fewestGroups
      let folds = try Fold.halves(
        ids: members.map(\.id), groups: canSplitGroups ? groups : nil, seed: resolved.plan.seed)
      return zip(members, folds).map { prompt, fold in
        AblationScores.Prompt(
          id: prompt.id, ability: ability, group: prompt.group, kind: prompt.kind.rawValue,
          fold: fold, text: prompt.shownText)
      }
    }
  }

  /// Groups below which prompts are halved one by one.
  private static let fewestGroups = 20
}

/// The models of a sweep and what they share.
private struct Sweep {
  private let pair: CheckpointPair
  private let prepared: PreparedPrompts
  private let tokenizer: any Tokenizer
  private let plan: AblationPlan
  private let threads: Int
  private let base: DecoderModel
  private let tuned: DecoderModel
  private let subspaces: SubspaceProvider
  private var baseStates: StateCursor
  private var tunedStates: StateCursor
  private let texts: ScoringBatch?

  struct Outcome {
    let scores: [PromptScore]
    let matrices: [MatrixEditRecord]
  }

  init(
    pair: CheckpointPair, prepared: PreparedPrompts, tokenizer: any Tokenizer, plan: AblationPlan,
    content: String, threads: Int
  ) throws {
    self.pair = pair
    self.prepared = prepared
    self.tokenizer = tokenizer
    self.plan = plan
    self.threads = threads
    base = DecoderModel(pair.base, threads: threads)
    tuned = DecoderModel(pair.tuned, threads: threads)
    subspaces = SubspaceProvider(
      files: SubspaceFiles(
        directory: CacheDirectory.url.appendingPathComponent("subspaces"), content: content))
    let batch = prepared.requests.isEmpty ? nil : try base.prepare(prepared.requests)
    baseStates = StateCursor(base, batch)
    tunedStates = StateCursor(tuned, batch)
    texts = prepared.textRequests.isEmpty ? nil : try base.prepare(prepared.textRequests)
  }

  mutating func score(_ condition: AblationCondition) throws -> Outcome {
    guard let edit = condition.edit else {
      let cursor = condition.kind == .base ? baseStates : tunedStates
      let scores = try score(cursor.model, cursor.batch, nil, condition)
      return Outcome(scores: scores, matrices: [])
    }
    let edited = try EditedTensors(pair: pair, edit: edit, subspaces: subspaces)
    let isKept = edited.reference == .base
    // Rounding changes every tensor, so nothing can be shared.
    let layer = edit.rounding == nil ? edited.firstEditedLayer : nil
    let state = try isKept ? baseStates.before(layer) : tunedStates.before(layer)
    let reference = isKept ? base : tuned
    let names = edit.rounding == nil ? edited.editedNames : edited.tensors.map(\.name)
    try edited.prepare(threads: threads)
    let model = reference.overlaying(edited, changing: names)
    let scores = try score(model, baseStates.batch, state, condition)
    return Outcome(scores: scores, matrices: try edited.report(threads: threads))
  }

  private func score(
    _ model: DecoderModel, _ batch: ScoringBatch?, _ state: ScoringState?,
    _ condition: AblationCondition
  ) throws -> [PromptScore] {
    let isControl = condition.kind == .control
    let isWhole = (condition.cell?.by ?? .model) == .model
    let scorer = PromptScorer(
      tokenizer: tokenizer, model: SweptModel(model: model, batch: batch, state: state),
      options: PromptScorer.Options(seed: plan.seed, keepsTokens: !isControl))
    var scores = try scorer.score(prepared)
    // A text has no answer to flip, and many tokens.
    for index in scores.indices where scores[index].kind == .text && !isWhole {
      scores[index].details.tokenTexts = nil
      scores[index].details.tokenLogProbabilities = nil
    }
    if !isControl, isWhole, condition.kind != .base, let texts {
      prepared.add(try model.divergences(from: base, on: texts), to: &scores)
    }
    return scores
  }
}

extension Prompt {
  /// The prompt as people read it.
  fileprivate var shownText: String {
    switch content {
    case .choice(let prompt, let choices, let answer):
      "\(prompt) [\(choices.enumerated().map { $0.offset == answer ? "▸\($0.element)" : $0.element }.joined(separator: " |"))]"
    case .completion(let prompt, let answer): "\(prompt) ▸\(answer)"
    case .generate(let question): "\(question.prompt) ▸ \(question.answer)"
    case .minimalPair(let good, let bad): "▸\(good) | \(bad)"
    case .text(let text): text
    }
  }
}
