import Experiments
import Foundation

/// The tidy CSV files of a run directory.
public enum RunTables {
  /// Writes every table of a run into its directory.
  ///
  /// - Throws: `ExperimentError` if a file cannot be written.
  public static func write(_ directory: RunDirectory) throws {
    for (name, table) in try tables(of: directory) {
      try AtomicFile.write(
        table.csv, to: directory.url.appendingPathComponent("\(name).csv"))
    }
  }

  /// Names and tables, by what the run is.
  static func tables(of directory: RunDirectory) throws -> [(name: String, table: Table)] {
    switch try RunContents(of: directory) {
    case .ablation(let result):
      return [
        ("conditions", AblationTables.conditions(result)),
        ("effects", AblationTables.effects(result.effects)),
        ("additivity", AblationTables.additivity(result.additivity)),
      ]
    case .attribution(let result):
      return [
        ("attributions", AttributionTables.attributions(result.attributions)),
        ("completeness", AttributionTables.completeness(result)),
        ("checks", AttributionTables.checks(result)),
      ]
    case .decomposition(let result):
      return [
        ("matrices", DecompositionTables.full(result.matrices)),
        ("nulls", DecompositionTables.nulls(result.matrices)),
        ("groups", DecompositionTables.groups(result)),
        ("vectors", DecompositionTables.vectors(result.vectors)),
      ]
    case .comparison(let result):
      return [
        ("runs", ComparisonTables.matrices(result)), ("pairs", ComparisonTables.pairs(result)),
        ("overlaps", ComparisonTables.overlaps(result)),
      ]
    case .track(let result):
      return [
        ("steps", TrackTables.steps(result)), ("trajectories", TrackTables.matrices(result)),
      ] + (result.regression.map { [("regression", TrackTables.regression($0))] } ?? [])
    case .probe(let result):
      return [
        ("probes", ProbeTables.probes(result.probes)),
        ("transfers", ProbeTables.transfers(result.transfers)),
        ("geometry", ProbeTables.geometry(result.geometry)),
        ("cosines", ProbeTables.cosines(result.cosines)),
      ]
    }
  }
}

/// What a run directory holds, read back as results.
enum RunContents {
  case ablation(AblationResult)
  case attribution(AttributionResult)
  case decomposition(DecompositionResult)
  case comparison(ComparedRuns)
  case track(TrackResult)
  case probe(ProbeResult)

  /// Reads a run by the command that made it.
  ///
  /// - Throws: `ExperimentError/noRun`, ``ReportError/empty(run:)``.
  init(of directory: RunDirectory) throws {
    let store = directory.store
    let path = directory.url.path
    guard let command = try store.value("command") else {
      throw ExperimentError.noRun(directory: path, problem: "its results name no command")
    }
    let provenance = try store.value("provenance").map {
      try CanonicalJSON.value(Provenance.self, from: $0)
    }
    guard try store.finishedUnits().count > (command == AblationPlan.command ? 2 : 0) else {
      throw ReportError.empty(run: path)
    }
    switch command {
    case AblationPlan.command:
      let scores = try store.ablationScores()
      self = .ablation(
        try AblationResult(scores, seed: provenance?.seed ?? 0, provenance: provenance))
    case AttributionPlan.command:
      self = .attribution(try AttributionResult(of: store, provenance: provenance))
    case DecompositionPlan.command:
      self = .decomposition(try DecompositionResult(of: store, provenance: provenance))
    case ComparisonPlan.command:
      self = .comparison(try ComparedRuns(of: store, provenance: provenance))
    case TrackPlan.command:
      self = .track(try TrackResult(of: store, provenance: provenance))
    case ProbePlan.command:
      self = .probe(try ProbeResult(of: store, provenance: provenance))
    default:
      throw ExperimentError.noRun(
        directory: path, problem: "it was made by `offaxis \(command)`, which has no report")
    }
  }

  /// The result as JSON text.
  var json: String {
    get throws {
      switch self {
      case .ablation(let result): return try CanonicalJSON.text(result)
      case .attribution(let result): return try CanonicalJSON.text(result)
      case .decomposition(let result): return try CanonicalJSON.text(result)
      case .comparison(let result): return try CanonicalJSON.text(result)
      case .track(let result): return try CanonicalJSON.text(result)
      case .probe(let result): return try CanonicalJSON.text(result)
      }
    }
  }

  /// Where the numbers come from.
  var provenance: Provenance? {
    switch self {
    case .ablation(let result): return result.provenance
    case .attribution(let result): return result.provenance
    case .decomposition(let result): return result.provenance
    case .comparison(let result): return result.provenance
    case .track(let result): return result.provenance
    case .probe(let result): return result.provenance
    }
  }
}
