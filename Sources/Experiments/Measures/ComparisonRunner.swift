import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Updates

/// Lays several runs side by side, one unit a matrix.
public struct ComparisonRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<ComparisonPlan>
  /// What a user should know before the numbers.
  public let warnings: [String]
  private let pairs: [(name: String, pair: CheckpointPair)]
  private let entries: [WeightEntry]

  /// Opens and checks everything that a plan names.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `ArchitectureError`.
  public init(_ plan: ComparisonPlan) throws {
    try plan.validate()
    let common = try ModelCheckpoint.open(URL(fileURLWithPath: plan.base))
    var inputs = try ModelInputs.files(of: common, role: "base")
    pairs = try plan.runs.map { run in
      let base = try run.base.map { try ModelCheckpoint.open(URL(fileURLWithPath: $0)) } ?? common
      let tuned = try ModelCheckpoint.open(URL(fileURLWithPath: run.tuned), base: base)
      return (run.name, try CheckpointPair(base: base, tuned: tuned))
    }
    for (name, pair) in pairs {
      guard pair.base.weights == common.weights else {
        throw ExperimentError.contradiction(
          "\(name) has another architecture than \(plan.base): runs must share every shape")
      }
      inputs += try pair.tuned.files.filter { !common.files.contains($0) }
        .map { try InputFile(role: "run \(name)", file: $0) }
      if pair.base.url != common.url {
        inputs += try ModelInputs.files(of: pair.base, role: "base of \(name)")
      }
    }
    warnings = pairs.flatMap { name, pair in pair.warnings.map { "\(name): \($0)" } }
    entries = try plan.selection.entries(in: common.weights)
    resolved = ResolvedPlan(plan: plan, inputs: inputs)
  }

  /// Compares what is not compared yet.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws {
    let plan = resolved.plan
    let comparator = UpdateComparator(
      options: MeasureOptions(
        rank: plan.rank, maskRank: plan.maskRank, maskAlpha: plan.maskAlpha),
      nullSeeds: plan.nullSeeds, seed: plan.seed)
    try UnitRunner(store: directory.store, threads: threads, progress: progress).run(
      entries.map(\.name),
      compute: { index in
        try comparator.compare(
          pairs.map { try ComparedUpdate(run: $0.name, update: $0.pair.update(entries[index])) })
      },
      write: { writer, position, comparison in
        try writer.record(
          section: "comparison", name: entries[position].name, position: position, comparison)
      })
  }

  /// What was compared.
  public func result(of store: RunStore) throws -> ComparedRuns {
    try ComparedRuns(of: store, provenance: resolved.provenance)
  }
}

/// The document of `compare --json`.
public struct ComparedRuns: Encodable, Sendable {
  /// The runs, in the order of the plan.
  public let runs: [RunMeasures]
  /// Every pair of runs over all matrices.
  public let pairs: [PairMeans]
  /// One comparison a matrix, in the order of a pass.
  public let matrices: [MatrixComparison]
  /// Where the numbers come from.
  public let provenance: Provenance?

  /// The measures of one run over all matrices, plain and at the norm that all runs share.
  public struct RunMeasures: Encodable, Sendable {
    /// The run's name.
    public let name: String
    /// Aggregated over the model.
    public let model: MeasureAggregate
    /// The same for updates rescaled to the smallest norm of each matrix.
    public let matched: MeasureAggregate?
  }

  /// Means over matrices, weighted by their size.
  public struct PairMeans: Encodable, Sendable {
    public let first: String
    public let second: String
    /// Jaccard index of the change masks, what independence gives, and two matched nulls'.
    public let jaccard: Double?
    public let jaccardExpected: Double?
    public let jaccardNull: Double?
    /// Cosine of the updates, and two matched nulls'.
    public let cosine: Double?
    public let cosineNull: Double?

    enum CodingKeys: String, CodingKey {
      case first, second, jaccard, cosine
      case jaccardExpected = "jaccard_expected"
      case jaccardNull = "jaccard_null"
      case cosineNull = "cosine_null"
    }
  }

  /// Reads what was compared.
  public init(of store: RunStore, provenance: Provenance?) throws {
    let stored = try store.records(MatrixComparison.self, section: "comparison")
    let names = stored.first?.runs ?? []
    runs = names.indices.map { index in
      let matched = stored.compactMap { $0.matchedMeasures[index] }
      return RunMeasures(
        name: names[index],
        model: MeasureAggregate(.model, of: stored.map { $0.measures[index] }),
        matched: matched.isEmpty ? nil : MeasureAggregate(.model, of: matched))
    }
    let count = stored.first?.pairs.count ?? 0
    pairs = (0..<count).map { number in
      func mean(_ value: (PairComparison) -> Double?) -> Double? {
        var (sum, total) = (0.0, 0.0)
        for comparison in stored {
          guard let found = value(comparison.pairs[number]) else { continue }
          let weight = Double(comparison.measures[0].parameters)
          sum += weight * found
          total += weight
        }
        return total > 0 ? sum / total : nil
      }
      let pair = stored[0].pairs[number]
      return PairMeans(
        first: pair.first, second: pair.second, jaccard: mean(\.jaccard),
        jaccardExpected: mean(\.jaccardExpected), jaccardNull: mean { $0.jaccardNull?.mean },
        cosine: mean(\.cosine), cosineNull: mean { $0.cosineNull?.mean })
    }
    matrices = stored
    self.provenance = provenance
  }
}
