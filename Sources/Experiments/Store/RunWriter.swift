import Evaluation
import Foundation
import GRDB
import JSON
import Statistics

/// Writes inside the transaction of one unit.
public struct RunWriter {
  let database: Database

  /// Any value as JSON, with its numbers one a row under dotted keys.
  ///
  /// `numbers` says whether the numbers get rows of their own; not for weights.
  public func record(
    section: String, name: String, position: Int, _ value: some Encodable, numbers: Bool = true
  ) throws {
    let text = try CanonicalJSON.text(value)
    try database.execute(
      sql: "INSERT INTO record (section, name, position, json) VALUES (?, ?, ?, ?)",
      arguments: [section, name, position, text])
    guard numbers else { return }
    for (key, number) in Self.numbers(in: try JSONParser.parse(text)) {
      try database.execute(
        sql: "INSERT INTO measure (section, name, key, value) VALUES (?, ?, ?, ?)",
        arguments: [section, name, key, number])
    }
  }

  /// The numbers of a document under dotted keys, arrays left out: they are curves.
  static func numbers(in value: JSONValue, at path: String = "") -> [(key: String, Double)] {
    switch value {
    case .number(let number):
      return [(path, number.double)]
    case .object(let object):
      return object.members.flatMap { key, value in
        numbers(in: value, at: path.isEmpty ? key.string : "\(path).\(key.string)")
      }
    default:
      return []
    }
  }
}
