/// A strict JSON reader (RFC 8259): duplicate keys, lone surrogates and stray bytes are errors.
///
///     let config = try JSONParser.parse(Array(text.utf8))
///     config["hidden_size"]?.int
public struct JSONParser {
  private static let depthLimit = 128

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  /// Parses one document, white space around it allowed.
  ///
  /// - Throws: ``JSONError`` with the offset of the first broken rule.
  public static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
    let contiguous = ContiguousArray(bytes)
    return try contiguous.withUnsafeBufferPointer { try parse($0) }
  }

  /// Parses the UTF-8 bytes of a string.
  public static func parse(_ text: String) throws -> JSONValue {
    try parse(text.utf8)
  }

  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.error(.trailingBytes) }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  private func error(_ rule: JSONError.Rule) -> JSONError {
    JSONError(rule: rule, offset: position)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func value() throws -> JSONValue {
    guard position < bytes.count else { throw error(.unexpectedEnd) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error(.expected("a value"))
    }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
    let length = word.utf8CodeUnitCount
    let matches =
      position + length <= bytes.count
      && (0..<length).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    guard matches else { throw error(.expected("\(word)")) }
    position += length
    return value
  }

  private mutating func enter() throws {
    depth += 1
    guard depth <= Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
    position += 1
    skipSpace()
  }

  private mutating func leave() {
    depth -= 1
    position += 1
  }

  private mutating func object() throws -> JSONValue {
    let start = position
    try enter()
    var members: [(key: UTF8Text, value: JSONValue)] = []
    if next(is: "}") {
      leave()
    } else {
      while true {
        guard next(is: "\"") else { throw error(.expected("a key")) }
        let key = try string()
        skipSpace()
        guard next(is: ":") else { throw error(.expected("':'")) }
        position += 1
        skipSpace()
        members.append((key, try value()))
        if try closes(with: "}") { break }
      }
    }
    switch JSONObject.make(members) {
    case .success(let object): return .object(object)
    case .failure(let duplicate):
      throw JSONError(rule: .duplicateKey(duplicate.key.string), offset: start)
    }
  }

  private mutating func array() throws -> JSONValue {
    try enter()
    var elements: [JSONValue] = []
    if next(is: "]") {
      leave()
      return .array(elements)
    }
    while true {
      elements.append(try value())
      if try closes(with: "]") { return .array(elements) }
    }
  }

  /// Steps over a comma and returns false, or over the closing bracket and returns true.
  private mutating func closes(with bracket: Unicode.Scalar) throws -> Bool {
    skipSpace()
    if next(is: bracket) {
      leave()
      return true
    }
    guard next(is: ",") else { throw error(.expected("',' or '\(bracket)'")) }
    position += 1
    skipSpace()
    return false
  }

  private func next(is scalar: Unicode.Scalar) -> Bool {
    position < bytes.count && bytes[position] == UInt8(ascii: scalar)
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    if next(is: "-") { position += 1 }
    if next(is: "0") {
      position += 1
    } else {
      try digits()
    }
    if next(is: ".") {
      position += 1
      try digits()
    }
    if next(is: "e") || next(is: "E") {
      position += 1
      if next(is: "+") || next(is: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return .number(JSONNumber(text: text))
  }

  private mutating func digits() throws {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard position > start else { throw error(.expected("a digit")) }
  }

  private mutating func string() throws -> UTF8Text {
    position += 1
    var text: [UInt8] = []
    var runStart = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        try append(runStart..<position, to: &text)
        position += 1
        return UTF8Text(validated: text)
      }
      guard byte >= 0x20 else { throw error(.expected("an escaped control character")) }
      if byte == UInt8(ascii: "\\") {
        try append(runStart..<position, to: &text)
        position += 1
        try escape(into: &text)
        runStart = position
      } else {
        position += 1
      }
    }
    throw error(.unexpectedEnd)
  }

  private func append(_ range: Range<Int>, to text: inout [UInt8]) throws {
    let run = bytes[range]
    guard run.allSatisfy({ $0 < 0x80 }) || String(validating: run, as: UTF8.self) != nil else {
      throw JSONError(rule: .invalidUTF8, offset: range.lowerBound)
    }
    text.append(contentsOf: run)
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    guard position < bytes.count else { throw error(.unexpectedEnd) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): try unicodeEscape(into: &text)
    default: throw error(.expected("a known escape"))
    }
  }

  private mutating func unicodeEscape(into text: inout [UInt8]) throws {
    var code = UInt32(try hexUnit())
    if (0xD800..<0xDC00).contains(code) {
      guard next(is: "\\") else { throw error(.expected("the second half of a surrogate pair")) }
      position += 1
      guard next(is: "u") else { throw error(.expected("the second half of a surrogate pair")) }
      position += 1
      let low = UInt32(try hexUnit())
      guard (0xDC00..<0xE000).contains(low) else { throw error(.expected("a low surrogate")) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw error(.expected("a Unicode scalar")) }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private mutating func hexUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count else { throw error(.unexpectedEnd) }
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, digit < 16,
        bytes[position] < 0x80
      else { throw error(.expected("four hexadecimal digits")) }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
