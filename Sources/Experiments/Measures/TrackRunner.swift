import Architecture
import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Updates

/// Follows an update along training, one unit a matrix.
public struct TrackRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<TrackPlan>
  /// What a user should know before the numbers.
  public let warnings: [String]
  private let base: ModelCheckpoint
  private let steps: [(step: Int, pair: CheckpointPair)]
  private let scores: [Double]?
  private let entries: [WeightEntry]

  /// Opens and checks everything that a plan names; steps are put in natural order.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `ArchitectureError`, `TrajectoryError`.
  public init(_ plan: TrackPlan) throws {
    try plan.validate()
    let base = try ModelCheckpoint.open(URL(fileURLWithPath: plan.base))
    let ordered = try TrainingStep.ordered(plan.steps)
    var inputs = try ModelInputs.files(of: base, role: "base")
    var steps: [(step: Int, pair: CheckpointPair)] = []
    for (step, path) in ordered {
      let tuned = try ModelCheckpoint.open(URL(fileURLWithPath: path), base: base)
      steps.append((step, try CheckpointPair(base: base, tuned: tuned)))
      inputs += try tuned.files.filter { file in !base.files.contains(file) }
        .map { try InputFile(role: "step \(step)", file: $0) }
    }
    self.base = base
    self.steps = steps
    warnings = steps.flatMap { step, pair in pair.warnings.map { "step \(step): \($0)" } }
    entries = try plan.selection.entries(in: base.weights)
    if let path = plan.scores {
      let file = URL(fileURLWithPath: path)
      guard let text = try? String(contentsOf: file, encoding: .utf8) else {
        throw ExperimentError.unreadable(path: path, reason: "no such file, or not UTF-8")
      }
      scores = try ScoreTable(csv: text).scores(for: ordered.map(\.step))
      inputs.append(try InputFile(role: "scores", file: file))
    } else {
      scores = nil
    }
    resolved = ResolvedPlan(plan: plan, inputs: inputs)
  }

  /// Follows what is not followed yet; regresses the scores, if there are any, at the end.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws {
    let plan = resolved.plan
    try UnitRunner(store: directory.store, threads: threads, progress: progress).run(
      entries.map(\.name),
      compute: { try follow(entries[$0]) },
      write: { writer, position, trajectory in
        try writer.record(
          section: "trajectory", name: trajectory.name, position: position, trajectory)
      })
    guard let scores, try !directory.store.finishedUnits().contains("scores") else { return }
    progress.update(0, of: 1, "regression of scores")
    let trajectories = try directory.store.records(
      MatrixTrajectory.self, section: "trajectory")
    let regression = try ScoreRegression(
      trajectories: trajectories, scores: scores, seeds: plan.nullSeeds, seed: plan.seed)
    try directory.store.finish(unit: "scores", position: entries.count, seconds: 0) {
      try $0.record(section: "regression", name: "scores", position: 0, regression)
    }
    progress.update(1, of: 1, "done")
  }

  private func follow(
    _ entry: WeightEntry, measures: Set<MeasureGroup> = MeasureGroup.all
  ) throws -> MatrixTrajectory {
    let tracker = TrajectoryTracker(
      options: MeasureOptions(rank: resolved.plan.rank, groups: measures))
    return try tracker.follow(
      name: entry.name, base: base.source.matrix(entry.name), steps: steps.map(\.step)
    ) { step in
      guard let pair = steps.first(where: { $0.step == step })?.pair else {
        throw TrajectoryError.noStepNumber(path: "\(step)")
      }
      return try pair.update(entry)
    }
  }

  /// What was followed.
  public func result(of store: RunStore) throws -> TrackResult {
    try TrackResult(of: store, provenance: resolved.provenance)
  }

  // MARK: Extrapolation

  /// Writes W₀ + the rank-1 update extrapolated to a step, like the last checkpoint.
  ///
  /// Matrices that are not selected, and those whose path does not fit, keep the last step's values.
  ///
  /// - Source: Cai et al. 2025, arXiv 2510.00553, §4.
  public func extrapolate(to step: Int, out directory: URL, threads: Int) throws {
    guard let last = steps.last else { return }
    let changed = try concurrentMap(entries.count, threads: threads) { index -> Matrix<Float>? in
      try follow(entries[index], measures: []).path?.extrapolated(to: step)
    }
    var deltas: [String: Matrix<Float>] = [:]
    for (entry, delta) in zip(entries, changed) { deltas[entry.name] = delta }
    try write(deltas, over: last.pair, to: directory)
  }

  /// Writes the control of an extrapolation: W₀ + the first update, scaled to the last's norm.
  public func scaleFirst(out directory: URL) throws {
    guard let first = steps.first, let last = steps.last else { return }
    var deltas: [String: Matrix<Float>] = [:]
    for entry in entries {
      let norm = try last.pair.delta(entry.name).frobeniusNorm
      deltas[entry.name] = RankOnePath.scaled(try first.pair.delta(entry.name), toNorm: norm)
    }
    try write(deltas, over: last.pair, to: directory)
  }

  private func write(
    _ updates: [String: Matrix<Float>], over pair: CheckpointPair, to directory: URL
  ) throws {
    try CheckpointExporter.write(
      UpdatedTensors(pair: pair, updates: updates), changing: updates.keys.sorted(),
      like: pair.tuned.isAdapter ? pair.base : pair.tuned,
      inputs: [base.url] + steps.map(\.pair.tuned.url), to: directory)
  }
}

/// The document of `track --json`.
public struct TrackResult: Encodable, Sendable {
  /// One trajectory a matrix.
  public let matrices: [MatrixTrajectory]
  /// Means over matrices, weighted by size, one row a step.
  public let steps: [StepMeans]
  /// How well directions predict scores; nil without scores.
  public let regression: ScoreRegression?
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// The whole model at one step.
  public struct StepMeans: Encodable, Sendable {
    public let step: Int
    /// Measures over all matrices.
    public let model: MeasureAggregate
    /// Means of the figures along training, weighted by size.
    public let sigma1: Double?
    public let cosineToFinal: Double?
    public let cosineU1: Double?
    public let cosineV1: Double?
    public let subspaceSimilarity: Double?

    enum CodingKeys: String, CodingKey {
      case step, model, sigma1
      case cosineToFinal = "cosine_final"
      case cosineU1 = "cosine_u1_final"
      case cosineV1 = "cosine_v1_final"
      case subspaceSimilarity = "subspace_similarity"
    }
  }

  /// Reads what was followed.
  public init(of store: RunStore, provenance: Provenance?) throws {
    let stored = try store.records(MatrixTrajectory.self, section: "trajectory")
    matrices = stored
    let numbers = stored.first?.points.map(\.step) ?? []
    steps = numbers.indices.map { index in
      let points = stored.map { $0.points[index] }
      func mean(_ value: (MatrixTrajectory.Point) -> Double?) -> Double? {
        var (sum, total) = (0.0, 0.0)
        for point in points {
          guard let found = value(point) else { continue }
          sum += found * Double(point.measures.parameters)
          total += Double(point.measures.parameters)
        }
        return total > 0 ? sum / total : nil
      }
      return StepMeans(
        step: numbers[index], model: MeasureAggregate(.model, of: points.map(\.measures)),
        sigma1: mean(\.sigma1), cosineToFinal: mean(\.cosineToFinal), cosineU1: mean(\.cosineU1),
        cosineV1: mean(\.cosineV1), subspaceSimilarity: mean(\.subspaceSimilarity))
    }
    regression = try store.records(ScoreRegression.self, section: "regression").first
    self.provenance = provenance
  }
}
