import Checkpoints
import Edits
import Foundation
import Updates

/// What `edit` wrote and what its dtype took away.
public struct EditExport: Sendable, Codable {
  /// The edit.
  public let edit: Edit
  /// Where it was written.
  public let path: String
  /// What was done to each matrix, and the norms of the edit and of its rounding.
  public let summary: CheckpointExporter.Summary
  /// Stored dtype.
  public let dtype: String
  /// Where the numbers come from.
  public let provenance: Provenance

  /// Writes an edited checkpoint.
  ///
  /// - Throws: `EditError`, `UpdateError`, `CheckpointError`; nothing is left behind.
  public static func write(
    _ edit: Edit, of pair: CheckpointPair, to directory: URL, threads: Int
  ) throws -> EditExport {
    let edited = try EditedTensors(pair: pair, edit: edit, subspaces: SubspaceProvider())
    let summary = try CheckpointExporter.write(
      edited, like: pair.tuned, to: directory, threads: threads)
    return EditExport(
      edit: edit, path: directory.path, summary: summary,
      dtype: pair.tuned.storedDType.rawValue,
      provenance: Provenance(command: "edit", inputs: try ModelInputs.files(of: pair)))
  }

  /// The share of ‖ΔW‖²_F over the edited matrices that the component holds.
  public var energyShare: Double { EditTotals(summary.matrices)?.energyShare ?? 0 }
}
