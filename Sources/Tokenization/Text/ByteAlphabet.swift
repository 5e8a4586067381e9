/// GPT-2's map between the 256 bytes and 256 printable characters.
///
/// Bytes that are printable in Latin-1 stand for themselves; the rest take U+0100 and what follows,
/// in order. Vocabularies of byte-level models are written in this alphabet.
enum ByteAlphabet {
  /// The UTF-8 bytes that stand for each byte.
  static let encoded: [[UInt8]] = scalars.map { Array(String($0).utf8) }

  /// The byte that a character stands for, or nil outside the alphabet.
  static func byte(of scalar: Unicode.Scalar) -> UInt8? {
    guard scalar.value < 0x144, let byte = decoded[Int(scalar.value)] else { return nil }
    return byte
  }

  private static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "\u{FFFD}"
      }
    }
  }()

  private static let decoded: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
    return table
  }()

  /// Appends a part of a text in the alphabet; each character keeps its origin.
  static func append(_ source: AlignedText, _ range: Range<Int>, to target: inout AlignedText) {
    for index in range {
      target.append(encoded[Int(source.bytes[index])], from: source.origins[index])
    }
  }
}
