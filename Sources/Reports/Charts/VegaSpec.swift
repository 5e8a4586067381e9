/// A piece of a Vega specification: JSON that Swift literals can write.
public enum VegaSpec: Sendable, Equatable, Encodable {
  case object([String: VegaSpec])
  case array([VegaSpec])
  case string(String)
  case number(Double)
  case bool(Bool)
  case null

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let elements): try container.encode(elements)
    case .string(let text): try container.encode(text)
    case .number(let number) where number.isFinite: try container.encode(number)
    case .bool(let truth): try container.encode(truth)
    case .number, .null: try container.encodeNil()
    }
  }
}

extension VegaSpec: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, VegaSpec)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
  public init(arrayLiteral elements: VegaSpec...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}

extension VegaSpec {
  var members: [String: VegaSpec] {
    if case .object(let members) = self { members } else { [:] }
  }

  var elements: [VegaSpec] {
    if case .array(let elements) = self { elements } else { [] }
  }

  func adding(_ key: String, _ value: VegaSpec) -> VegaSpec {
    var members = members
    members[key] = value
    return .object(members)
  }
}

extension String {
  var asValue: VegaSpec { ["value": .string(self)] }
}

extension Table.Cell {
  /// The cell as a value of a Vega data set.
  var vega: VegaSpec {
    switch self {
    case .text(let text): .string(text)
    case .number(let number, _): .number(number)
    case .count(let count): .number(Double(count))
    case .empty: .null
    }
  }
}

extension Table {
  /// The rows as a Vega data set.
  var vegaValues: VegaSpec {
    .array(
      rows.map { row in
        .object(
          Dictionary(
            zip(columns.map(\.name), row.map(\.vega)), uniquingKeysWith: { first, _ in first }))
      })
  }
}
