import Architecture
import ArgumentParser
import Edits
import Experiments
import Updates

/// Words of the command line as values; a bad word is a usage error (exit code 64).
enum Words {
  /// Comma-separated words, each read by `parse`.
  static func list<Value>(_ text: String, _ parse: (String) throws -> Value) throws -> [Value] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmed(of: " ") }
    guard !words.contains("") else {
      throw ValidationError("\"\(text)\" has an empty word between its commas")
    }
    return try words.map(parse)
  }

  /// One of an enumeration's words.
  static func choice<Value: RawRepresentable & CaseIterable>(
    _ text: String, of type: Value.Type = Value.self, what: String
  ) throws -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown \(what) \"\(text)\": expected one of \(known)")
    }
    return value
  }

  /// Turns an error of a value's own parser into a usage error.
  static func usage<Value>(_ parse: () throws -> Value) throws -> Value {
    do {
      return try parse()
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError("\(error)")
    }
  }

  static func components(_ text: String) throws -> [Component] {
    try list(text) { word in try usage { try Component(parsing: word) } }
  }

  static func rank(_ text: String) throws -> RankRule {
    try usage { try RankRule(parsing: text) }
  }
}

extension String {
  /// Without these characters at both ends.
  func trimmed(of characters: String) -> String {
    var text = self[...]
    while let first = text.first, characters.contains(first) { text = text.dropFirst() }
    while let last = text.last, characters.contains(last) { text = text.dropLast() }
    return String(text)
  }
}
