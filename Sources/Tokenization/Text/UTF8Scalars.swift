/// Decoding of bytes known to be UTF-8.
enum UTF8Scalar {
  /// Bytes of the scalar that begins with this byte.
  static func length(leading byte: UInt8) -> Int {
    byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
  }

  static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

/// The scalars of a range of UTF-8 bytes, each with its place.
struct UTF8Scalars: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private let end: Int
  private var position: Int

  init(bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    self.position = range.lowerBound
    self.end = range.upperBound
  }

  mutating func next() -> (scalar: Unicode.Scalar, range: Range<Int>)? {
    guard position < end else { return nil }
    let start = position
    let first = bytes[start]
    let stop = Swift.min(start + UTF8Scalar.length(leading: first), end)
    position = stop
    if first < 0x80 { return (Unicode.Scalar(first), start..<stop) }
    let lead: UInt8 = stop - start == 2 ? 0x1F : stop - start == 3 ? 0x0F : 0x07
    var code = UInt32(first & lead)
    for index in start + 1..<stop { code = code << 6 | UInt32(bytes[index] & 0x3F) }
    return (Unicode.Scalar(code) ?? "\u{FFFD}", start..<stop)
  }
}
