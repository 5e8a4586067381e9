import GRDB

/// The tables of `results.sqlite`; docs/formats.md describes every column.
enum RunSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          -- Key and value: command, plan, hash, provenance.
          CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
          -- Finished pieces of work, in plan order.
          CREATE TABLE unit (
            key TEXT PRIMARY KEY, position INTEGER NOT NULL, seconds REAL NOT NULL
          ) WITHOUT ROWID;
          CREATE TABLE prompt (
            ability TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, "group" TEXT,
            kind TEXT NOT NULL, fold TEXT NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (ability, id)
          ) WITHOUT ROWID;
          CREATE TABLE condition (
            id TEXT PRIMARY KEY, position INTEGER NOT NULL, kind TEXT NOT NULL, operation TEXT,
            component TEXT, cell TEXT, layers TEXT, modules TEXT, rank TEXT, "lambda" REAL,
            rescaled INTEGER NOT NULL, rounded INTEGER NOT NULL, control TEXT, seed INTEGER,
            control_of TEXT, energy_share REAL, removed_norm REAL, kept_norm REAL,
            delta_norm REAL
          ) WITHOUT ROWID;
          -- One prompt under one condition: hard 0…1 or null, soft in nats or null.
          CREATE TABLE score (
            condition TEXT NOT NULL, ability TEXT NOT NULL, prompt TEXT NOT NULL,
            hard REAL, soft REAL, extra TEXT,
            PRIMARY KEY (condition, ability, prompt)
          ) WITHOUT ROWID;
          -- What an edit did to each matrix.
          CREATE TABLE edited_matrix (
            condition TEXT NOT NULL, name TEXT NOT NULL, layer INTEGER, module TEXT NOT NULL,
            energy_share REAL NOT NULL, removed_norm REAL NOT NULL, kept_norm REAL NOT NULL,
            delta_norm REAL NOT NULL,
            PRIMARY KEY (condition, name)
          ) WITHOUT ROWID;
          -- Any other result as JSON, and its numbers one a row.
          CREATE TABLE record (
            section TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (section, name)
          ) WITHOUT ROWID;
          CREATE TABLE measure (
            section TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, value REAL,
            PRIMARY KEY (section, name, key)
          ) WITHOUT ROWID;
          """)
    }
    return migrator
  }
}
