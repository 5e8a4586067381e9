import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Updates

/// Measures the update of every selected matrix, one unit each.
public struct DecompositionRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<DecompositionPlan>
  /// What a user should know before the numbers.
  public let warnings: [String]
  private let pair: CheckpointPair
  private let entries: [WeightEntry]

  /// Opens and checks everything that a plan names.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `ArchitectureError`.
  public init(_ plan: DecompositionPlan) throws {
    try plan.validate()
    pair = try CheckpointPair.open(
      base: URL(fileURLWithPath: plan.base), tuned: URL(fileURLWithPath: plan.tuned))
    warnings = pair.warnings
    let table = pair.base.weights
    let selected = Set(try plan.selection.entries(in: table).map(\.name))
    entries = table.entries.filter {
      selected.contains($0.name)
        || (plan.embeddings && ($0.role == .embedding || $0.role == .unembedding))
    }
    resolved = ResolvedPlan(plan: plan, inputs: try ModelInputs.files(of: pair))
  }

  /// Measures what is not measured yet.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws {
    let plan = resolved.plan
    let meter = UpdateMeter(
      options: MeasureOptions(
        rank: plan.rank, maskRank: plan.maskRank, maskAlpha: plan.maskAlpha,
        groups: Set(plan.measures)),
      nulls: NullOptions(
        plan.nulls, seeds: plan.nullSeeds, seed: plan.seed, groups: Set(plan.measures)))
    try UnitRunner(store: directory.store, threads: threads, progress: progress).run(
      entries.map(\.name),
      compute: { try meter.measure(pair.update(entries[$0])) },
      write: { writer, position, measures in
        try writer.record(
          section: "matrix", name: measures.name, position: position, measures)
      })
    if try !directory.store.finishedUnits().contains("vectors") {
      let vectors = try pair.vectorChanges()
      try directory.store.finish(unit: "vectors", position: entries.count, seconds: 0) { writer in
        for (position, vector) in vectors.enumerated() {
          try writer.record(section: "vector", name: vector.name, position: position, vector)
        }
      }
    }
  }

  /// Corrects p-values over all matrices and adds them up.
  public func result(of store: RunStore) throws -> DecompositionResult {
    try DecompositionResult(of: store, provenance: resolved.provenance)
  }
}

/// The document of `decompose --json`.
public struct DecompositionResult: Encodable, Sendable {
  /// One object a matrix, in the order of a pass.
  public let matrices: [MatrixMeasures]
  /// All of them together.
  public let model: MeasureAggregate?
  /// By module and by layer.
  public let groups: [MeasureAggregate]
  /// Norm weights and biases.
  public let vectors: [VectorChange]
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// Reads what was measured; corrections are over the matrices that are there.
  public init(of store: RunStore, provenance: Provenance?) throws {
    var matrices = try store.records(MatrixMeasures.self, section: "matrix")
    try NullCorrection.apply(to: &matrices)
    let aggregates = MeasureAggregate.all(of: matrices)
    self.matrices = matrices
    model = aggregates.first
    groups = Array(aggregates.dropFirst())
    vectors = try store.records(VectorChange.self, section: "vector")
    self.provenance = provenance
  }
}

/// How much training changed a vector: a norm weight or a bias.
public struct VectorChange: Sendable, Hashable, Codable {
  /// The name of the tensor.
  public let name: String
  /// Its block, or nil.
  public let layer: Int?
  /// Its elements.
  public let size: Int
  /// ‖Δ‖₂.
  public let deltaNorm: Double
  /// ‖Δ‖₂ / ‖w₀‖₂; nil for a vector of zeros.
  public let relativeNorm: Double?
  /// Share of elements whose stored values differ.
  public let changed: Double

  enum CodingKeys: String, CodingKey {
    case name, layer, size, changed
    case deltaNorm = "delta_norm"
    case relativeNorm = "relative_norm"
  }
}

extension CheckpointPair {
  /// The update of one matrix, as `decompose`, `compare` and `track` measure it.
  func update(_ entry: WeightEntry) throws -> MatrixUpdate {
    let dtypes = [base, tuned].map { $0.source.info(entry.name)?.dtype ?? .f32 }
    return try MatrixUpdate(
      entry, in: base.specification, base: base.source.matrix(entry.name),
      delta: delta(entry.name),
      storage: MatrixUpdate.Storage(base: dtypes[0], tuned: dtypes[1]))
  }

  /// Changes of every norm weight and bias.
  func vectorChanges() throws -> [VectorChange] {
    try base.weights.entries.filter { $0.shape.count == 1 }.map { entry in
      let delta = try deltaDouble(entry.name)
      let norm = try base.source.doubleMatrix(entry.name).frobeniusNorm
      let changed = delta.elements.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
      return VectorChange(
        name: entry.name, layer: entry.layer, size: delta.elements.count,
        deltaNorm: delta.frobeniusNorm,
        relativeNorm: norm > 0 ? delta.frobeniusNorm / norm : nil,
        changed: Double(changed) / Double(max(1, delta.elements.count)))
    }
  }
}
