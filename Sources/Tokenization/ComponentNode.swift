import JSON

/// A part of a JSON file together with its place, so that every error can say where it is.
struct ComponentNode {
  let value: JSONValue
  /// File and JSON path, such as `tokenizer.json: model.merges[3]`.
  let path: String

  private init(value: JSONValue, path: String) {
    self.value = value
    self.path = path
  }

  /// The root of a document.
  init(_ document: JSONValue, file: String) {
    self.init(value: document, path: "\(file):")
  }

  /// A member under a given key.
  func child(_ key: UTF8Text, _ value: JSONValue) -> ComponentNode {
    ComponentNode(value: value, path: path + (path.hasSuffix(":") ? " " : ".") + key.string)
  }

  /// An element at a given index.
  func child(_ index: Int, _ value: JSONValue) -> ComponentNode {
    ComponentNode(value: value, path: "\(path)[\(index)]")
  }

  /// A member, or nil if it is absent or null.
  func optional(_ key: UTF8Text) -> ComponentNode? {
    guard let member = value[key], !member.isNull else { return nil }
    return child(key, member)
  }

  /// A member that must be there.
  func member(_ key: UTF8Text) throws -> ComponentNode {
    guard let node = optional(key) else { throw invalid("a member \"\(key)\"") }
    return node
  }

  /// The elements of an array.
  func elements() throws -> [ComponentNode] {
    guard let array = value.array else { throw invalid("an array") }
    return array.enumerated().map(child)
  }

  /// The value of `"type"`.
  func type() throws -> String { try member("type").string() }

  func string() throws -> String { try text().string }

  func text() throws -> UTF8Text {
    guard let text = value.text else { throw invalid("a string") }
    return text
  }

  func bool() throws -> Bool {
    guard let bool = value.bool else { throw invalid("true or false") }
    return bool
  }

  /// A non-negative integer that fits 32 bits.
  func index() throws -> Int {
    guard let int = value.int, int >= 0, int <= Int(Int32.max) else {
      throw invalid("an integer from 0 to \(Int32.max)")
    }
    return int
  }

  /// A string of exactly one character.
  func scalar() throws -> Unicode.Scalar {
    let scalars = try string().unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { throw invalid("one character") }
    return first
  }

  func bool(_ key: UTF8Text, default fallback: Bool) throws -> Bool {
    try optional(key)?.bool() ?? fallback
  }

  /// `{"String": …}` or `{"Regex": …}` under `pattern`.
  func pattern() throws -> TextPattern {
    let node = try member("pattern")
    if let literal = node.optional("String") { return .literal(try literal.text().bytes) }
    if let regex = node.optional("Regex") {
      return .expression(try RegularExpression(regex.string(), path: regex.path))
    }
    throw node.invalid("{\"String\": …} or {\"Regex\": …}")
  }

  func invalid(_ expected: String) -> TokenizerError {
    let found: String =
      switch value {
      case .string(let text): "\"\(text)\""
      case .number(let number): number.text
      case .bool(let bool): "\(bool)"
      case .object(let object): "an object with \(object.keys.prefix(8).map(\.string))"
      default: value.kind
      }
    return .invalid(path: path, expected: expected, found: found)
  }

  func unknown(_ kind: String, _ name: String) -> TokenizerError {
    .unknownComponent(kind: kind, name: name, path: path)
  }
}
