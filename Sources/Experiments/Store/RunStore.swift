import Foundation
import GRDB
import JSON

/// `results.sqlite` of a run: one writer, one transaction a unit, rollback journal.
///
/// A finished unit is never lost or done twice; an unfinished one leaves nothing behind.
public final class RunStore: Sendable {
  let queue: DatabaseQueue

  /// Opens or creates a store.
  ///
  /// - Throws: ``ExperimentError``.
  init(file: URL, readOnly: Bool = false) throws {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(10)
    do {
      queue = try DatabaseQueue(path: file.path, configuration: configuration)
      if !readOnly { try RunSchema.migrator.migrate(queue) }
    } catch {
      throw ExperimentError.noRun(
        directory: file.deletingLastPathComponent().path, problem: "\(error)")
    }
  }

  // MARK: Units

  /// Keys of the units that are finished.
  public func finishedUnits() throws -> Set<String> {
    try queue.read { try Set(String.fetchAll($0, sql: "SELECT key FROM unit")) }
  }

  /// Writes what a unit found and marks it finished, in one transaction.
  public func finish(
    unit key: String, position: Int, seconds: Double, _ write: (RunWriter) throws -> Void
  ) throws {
    try queue.write { database in
      try write(RunWriter(database: database))
      try database.execute(
        sql: "INSERT INTO unit (key, position, seconds) VALUES (?, ?, ?)",
        arguments: [key, position, seconds])
    }
  }

  // MARK: Key and value

  /// A value of the `run` table.
  public func value(_ key: String) throws -> String? {
    try queue.read {
      try String.fetchOne($0, sql: "SELECT value FROM run WHERE key = ?", arguments: [key])
    }
  }

  /// Sets a value of the `run` table.
  func set(_ key: String, to value: String) throws {
    try queue.write {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO run (key, value) VALUES (?, ?)", arguments: [key, value])
    }
  }
}
