import Foundation
import GRDB
import JSON

extension RunStore {
  /// The records of a section, in order.
  public func records<Value: Decodable>(_ type: Value.Type, section: String) throws -> [Value] {
    try texts(section: section).map { try CanonicalJSON.value(type, from: $0.text) }
  }

  /// The records of a section as documents, in order, with their names.
  public func documents(section: String) throws -> [(name: String, document: JSONValue)] {
    try texts(section: section).map { ($0.name, try JSONParser.parse($0.text)) }
  }

  /// The sections that hold records.
  public func sections() throws -> [String] {
    try queue.read {
      try String.fetchAll($0, sql: "SELECT DISTINCT section FROM record ORDER BY section")
    }
  }

  private func texts(section: String) throws -> [(name: String, text: String)] {
    try queue.read { database in
      try Row.fetchAll(
        database, sql: "SELECT name, json FROM record WHERE section = ? ORDER BY position, name",
        arguments: [section]
      ).map { ($0["name"], $0["json"]) }
    }
  }
}
