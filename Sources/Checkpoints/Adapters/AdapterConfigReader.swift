import JSON

/// Reads typed values of adapter_config.json.
struct AdapterConfigReader {
  let config: JSONValue
  let path: String

  /// The value of a key, unless absent or null.
  subscript(key: String) -> JSONValue? {
    config[UTF8Text(key)].flatMap { $0.isNull ? nil : $0 }
  }

  func refuse(_ problem: String) -> CheckpointError {
    .invalidAdapter(path: path, problem: problem)
  }

  /// Whether a key is neither absent nor null, false or empty.
  func isSet(_ key: String) -> Bool {
    switch self[key] {
    case nil, .bool(false): false
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.members.isEmpty
    default: true
    }
  }

  func flag(_ key: String) throws -> Bool {
    guard let value = self[key] else { return false }
    guard let flag = value.bool else { throw refuse("\"\(key)\" must be true or false") }
    return flag
  }

  func text(_ key: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard let text = value.string else { throw refuse("\"\(key)\" must be a text") }
    return text
  }

  func texts(_ key: String) throws -> [String]? {
    guard let value = self[key] else { return nil }
    let texts = value.array?.compactMap(\.string)
    guard let texts, texts.count == value.array?.count else {
      throw refuse("\"\(key)\" must be a list of texts")
    }
    return texts
  }

  /// Numbers by module pattern, in order.
  func pattern(_ key: String, where isValid: (Double) -> Bool) throws
    -> [(key: String, value: Double)]
  {
    guard let value = self[key] else { return [] }
    guard let object = value.object else { throw refuse("\"\(key)\" must be an object") }
    return try object.members.map { member in
      guard let number = member.value.double, isValid(number) else {
        throw refuse("\"\(key)\": the value of \"\(member.key.string)\" cannot be used")
      }
      return (member.key.string, number)
    }
  }
}
