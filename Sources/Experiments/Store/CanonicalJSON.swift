import Foundation

/// The one way in which this project writes values as JSON: sorted keys, two spaces; infinities
/// and not-a-number as the strings `inf`, `-inf`, `nan`.
public enum CanonicalJSON {
  /// The text of a value.
  public static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The value of a text that ``text(_:)`` wrote.
  public static func value<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(text.utf8))
  }
}
