/// A JSON document, kept as written: object members in order, numbers as text, strings as bytes.
public enum JSONValue: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, unconverted.
  case number(JSONNumber)
  /// A string.
  case string(UTF8Text)
  /// An array.
  case array([JSONValue])
  /// An object whose keys are unique.
  case object(JSONObject)
}

/// The text of a JSON number.
public struct JSONNumber: Sendable, Equatable {
  /// The number as it stands in the document.
  public let text: String

  /// The value if the text is an integer that fits, without fraction or exponent.
  public var int: Int? { Int(text) }

  /// The nearest double; infinite if the exponent is out of range.
  public var double: Double { Double(text) ?? .nan }

  package init(text: String) {
    self.text = text
  }
}

/// The members of a JSON object in the order of the document.
public struct JSONObject: Sendable, Equatable {
  /// Keys and values in order.
  public let members: [(key: UTF8Text, value: JSONValue)]
  private let index: [UTF8Text: Int]

  /// Builds an object, or returns the first key that stands twice.
  package static func make(
    _ members: [(key: UTF8Text, value: JSONValue)]
  ) -> Result<JSONObject, DuplicateKey> {
    var index = [UTF8Text: Int](minimumCapacity: members.count)
    for (position, member) in members.enumerated()
    where index.updateValue(position, forKey: member.key) != nil {
      return .failure(DuplicateKey(key: member.key))
    }
    return .success(JSONObject(members: members, index: index))
  }

  /// The value of a key.
  public subscript(key: UTF8Text) -> JSONValue? {
    index[key].map { members[$0].value }
  }

  /// Keys in the order of the document.
  public var keys: [UTF8Text] { members.map(\.key) }

  /// Whether both hold the same members in the same order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
  }

  /// A key that stands twice in one object.
  package struct DuplicateKey: Error {
    package let key: UTF8Text
  }
}

extension JSONValue {
  /// The members, if this is an object.
  public var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The elements, if this is an array.
  public var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The text, if this is a string.
  public var text: UTF8Text? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The text as a Swift string, if this is a string.
  public var string: String? { text?.string }

  /// The integer, if this is a whole number without fraction or exponent.
  public var int: Int? {
    if case .number(let value) = self { value.int } else { nil }
  }

  /// The nearest double, if this is a number.
  public var double: Double? {
    if case .number(let value) = self { value.double } else { nil }
  }

  /// The truth value, if this is one.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// Whether this is `null`.
  public var isNull: Bool { self == .null }

  /// The member of an object, or nil if this is no object or has no such key.
  public subscript(key: UTF8Text) -> JSONValue? { object?[key] }

  /// What kind of value this is, in words for error messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
