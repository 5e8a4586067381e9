import JSON

/// Reads the fields of a prompt's JSON object; each must be of its type, and none may be unknown.
struct FieldReader {
  let object: JSONObject
  let place: PromptPlace

  /// - Throws: ``EvaluationError`` if the value is not an object.
  init(_ value: JSONValue, at place: PromptPlace) throws {
    guard let object = value.object else {
      throw EvaluationError.invalidJSON(place, reason: "expected an object, found \(value.kind)")
    }
    self.object = object
    self.place = place
  }

  /// The value of a field; `null` counts as absent.
  private func value(_ field: Prompt.Field) -> JSONValue? {
    guard let value = object[UTF8Text(field.rawValue)], !value.isNull else { return nil }
    return value
  }

  private func require<Value>(_ value: Value?, _ field: Prompt.Field, _ expected: String) throws
    -> Value
  {
    if let value { return value }
    throw invalid(field, expected: expected, found: "nothing")
  }

  /// The error of a field with a wrong value.
  func invalid(_ field: Prompt.Field, expected: String, found: String) -> EvaluationError {
    .invalidField(place, field: field.rawValue, expected: expected, found: found)
  }

  func optionalText(_ field: Prompt.Field) throws -> String? {
    guard let value = value(field) else { return nil }
    guard let text = value.string else {
      throw invalid(field, expected: "a string", found: value.kind)
    }
    return text
  }

  /// A text that may be empty.
  func text(_ field: Prompt.Field) throws -> String {
    try require(optionalText(field), field, "a string")
  }

  /// A text of at least one character.
  func filledText(_ field: Prompt.Field) throws -> String {
    let text = try text(field)
    guard !text.isEmpty else { throw invalid(field, expected: "some text", found: "\"\"") }
    return text
  }

  /// A list of texts, none of them empty.
  func optionalTexts(_ field: Prompt.Field) throws -> [String]? {
    guard let value = value(field) else { return nil }
    guard let elements = value.array else {
      throw invalid(field, expected: "an array of strings", found: value.kind)
    }
    return try elements.enumerated().map { index, element in
      guard let text = element.string, !text.isEmpty else {
        throw invalid(
          field, expected: "an array of strings that are not empty",
          found: "\(element.string == nil ? element.kind : "\"\"") at index \(index)")
      }
      return text
    }
  }

  func texts(_ field: Prompt.Field) throws -> [String] {
    try require(optionalTexts(field), field, "an array of strings")
  }

  func optionalInteger(_ field: Prompt.Field, in range: ClosedRange<Int>, _ expected: String) throws
    -> Int?
  {
    guard let value = value(field) else { return nil }
    guard let integer = value.int, range.contains(integer) else {
      throw invalid(field, expected: expected, found: Self.shown(value))
    }
    return integer
  }

  func integer(_ field: Prompt.Field, in range: ClosedRange<Int>, _ expected: String) throws -> Int
  {
    try require(optionalInteger(field, in: range, expected), field, expected)
  }

  /// A finite number above 0.
  func optionalPositiveNumber(_ field: Prompt.Field) throws -> Double? {
    guard let value = value(field) else { return nil }
    guard let number = value.double, number > 0, number.isFinite else {
      throw invalid(field, expected: "a number above 0", found: Self.shown(value))
    }
    return number
  }

  /// Refuses fields that the kind does not have.
  func refuseUnknown(_ kind: Prompt.Kind) throws {
    let allowed = Prompt.Field.allowed(for: kind).map(\.rawValue)
    for key in object.keys where !allowed.contains(key.string) {
      throw EvaluationError.unknownField(
        place, field: key.string, kind: kind.rawValue, allowed: allowed)
    }
  }

  private static func shown(_ value: JSONValue) -> String {
    if case .number(let number) = value { number.text } else { value.kind }
  }
}
