import JSON

/// Reads one line of a probe file.
struct ProbeItemReader {
  private static let fields = ["id", "text", "label", "position", "type"]

  private let object: JSONObject
  private let place: String

  /// - Throws: ``ProbeError`` that names file, line and field.
  static func item(_ line: some Sequence<UInt8>, at place: String) throws -> ProbeItem {
    let value: JSONValue
    do {
      value = try JSONParser.parse(line)
    } catch let error as JSONError {
      throw ProbeError.invalidJSON(place: place, reason: error.description)
    }
    guard let object = value.object else {
      throw ProbeError.invalidJSON(place: place, reason: "expected an object, found \(value.kind)")
    }
    let reader = ProbeItemReader(object: object, place: place)
    for key in object.keys where !fields.contains(key.string) {
      throw reader.invalid(
        key.string, expected: "one of \(fields.joined(separator: ", "))", found: "an unknown field")
    }
    return try reader.item()
  }

  private func item() throws -> ProbeItem {
    let text = try filledText("text")
    return ProbeItem(
      id: try filledText("id"), text: text, label: try label(), position: try position(in: text),
      type: value("type") == nil ? nil : try filledText("type"))
  }

  private func label() throws -> ProbeItem.Label {
    switch value("label") {
    case .string(let text) where !text.string.isEmpty: return .category(text.string)
    case .number(let number) where number.double.isFinite: return .number(number.double)
    case let other:
      throw invalid("label", expected: "a class name or a finite number", found: shown(other))
    }
  }

  private func position(in text: String) throws -> ProbeItem.Position {
    let value = value("position")
    if value == nil || value?.string == "last" { return .last }
    guard let ends = value?.array, ends.count == 2, let start = ends[0].int, let end = ends[1].int
    else {
      throw invalid(
        "position", expected: "\"last\" or [start, end] in characters", found: shown(value))
    }
    let length = text.unicodeScalars.count
    guard 0 <= start, start < end, end <= length else {
      throw invalid(
        "position", expected: "0 ≤ start < end ≤ \(length), the characters of the text",
        found: "[\(start), \(end)]")
    }
    return .span(start..<end)
  }

  private func filledText(_ field: String) throws -> String {
    guard let text = value(field)?.string, !text.isEmpty else {
      throw invalid(field, expected: "some text", found: shown(value(field)))
    }
    return text
  }

  /// The value of a field; `null` counts as absent.
  private func value(_ field: String) -> JSONValue? {
    object[UTF8Text(field)].flatMap { $0.isNull ? nil : $0 }
  }

  private func shown(_ value: JSONValue?) -> String {
    switch value {
    case nil: "nothing"
    case .string(let text): "\"\(text.string)\""
    case .number(let number): number.text
    case let other?: other.kind
    }
  }

  private func invalid(_ field: String, expected: String, found: String) -> ProbeError {
    .invalidField(place: place, field: field, expected: expected, found: found)
  }
}
