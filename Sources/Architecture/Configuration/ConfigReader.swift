import JSON

/// Reads typed values of config.json; a value of another type is an error that names the key.
struct ConfigReader {
  let object: JSONObject
  let path: String

  init(_ value: JSONValue, path: String = "") throws {
    guard let object = value.object else {
      throw ArchitectureError.invalidKey(
        path.isEmpty ? "the document" : path, found: value.kind, expected: "an object")
    }
    self.object = object
    self.path = path
  }

  private func value(_ key: String) -> JSONValue? {
    guard let value = object[UTF8Text(key)], !value.isNull else { return nil }
    return value
  }

  private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether the key is there, be it with null.
  func has(_ key: String) -> Bool { object[UTF8Text(key)] != nil }

  private func read<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws -> Value? {
    guard let value = value(key) else { return nil }
    guard let converted = convert(value) else {
      throw ArchitectureError.invalidKey(
        name(key), found: ConfigReader.text(value), expected: expected)
    }
    return converted
  }

  /// Sizes of tensors stay so small that products of two, and of these with bytes, never overflow.
  static let largestSize = 1 << 24
  /// Bound of token counts, which size nothing.
  static let largestLength = 1 << 40

  /// A whole number in a range, or nil if absent or null.
  func count(_ key: String, in range: ClosedRange<Int> = 1...largestSize) throws -> Int? {
    try read(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
      value.int.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A whole number that must be there.
  func requiredCount(_ key: String, in range: ClosedRange<Int> = 1...largestSize) throws -> Int {
    guard let value = try count(key, in: range) else {
      throw ArchitectureError.missingKey(name(key))
    }
    return value
  }

  /// A finite number, or nil if absent or null.
  func number(_ key: String) throws -> Double? {
    try read(key, "a number") { $0.double.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// A positive number, or nil if absent or null.
  func positive(_ key: String) throws -> Double? {
    try read(key, "a positive number") { $0.double.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
  }

  /// A positive number that must be there.
  func requiredPositive(_ key: String) throws -> Double {
    guard let value = try positive(key) else { throw ArchitectureError.missingKey(name(key)) }
    return value
  }

  func flag(_ key: String) throws -> Bool? { try read(key, "true or false") { $0.bool } }

  func text(_ key: String) throws -> String? { try read(key, "a text") { $0.string } }

  func texts(_ key: String) throws -> [String]? {
    try read(key, "a list of texts") { value in
      guard let elements = value.array else { return nil }
      let texts = elements.compactMap(\.string)
      return texts.count == elements.count ? texts : nil
    }
  }

  /// A nested object, or nil if absent, null or empty.
  func nested(_ key: String) throws -> ConfigReader? {
    guard let reader = try value(key).map({ try ConfigReader($0, path: name(key)) }) else {
      return nil
    }
    return reader.object.members.isEmpty ? nil : reader
  }

  /// Refuses a key unless it is absent, null, or one of the neutral values.
  func refuse(_ key: String, unless neutral: (JSONValue) -> Bool = { _ in false }) throws {
    guard let value = value(key), !neutral(value) else { return }
    throw ArchitectureError.unsupportedKey(name(key), found: Self.text(value))
  }

  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let truth): "\(truth)"
    case .number(let number): number.text
    case .string(let text): "\"\(text.string)\""
    case .array, .object: value.kind
    }
  }
}
