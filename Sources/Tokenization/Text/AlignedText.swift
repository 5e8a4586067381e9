/// UTF-8 text in which every byte remembers the range of the original text it came from.
///
/// Normalising changes the bytes and keeps the ranges, so tokens can be located in the text that
/// the caller gave. A replaced character inherits the range of the one it replaces, an inserted
/// one that of its predecessor; this is the rule of the `tokenizers` library.
struct AlignedText: Sendable {
  /// A range of bytes of the original text.
  struct Origin: Sendable, Equatable {
    var start: UInt32
    var end: UInt32
  }

  private(set) var bytes: [UInt8] = []
  private(set) var origins: [Origin] = []

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }

  init() {}

  /// The original itself: every byte comes from the character it belongs to.
  init(_ text: String) throws {
    bytes = Array(text.utf8)
    guard bytes.count < Int(UInt32.max) else {
      throw TokenizerError.textTooLong(bytes: bytes.count)
    }
    origins.reserveCapacity(bytes.count)
    var start = 0
    while start < bytes.count {
      let end = start + UTF8Scalar.length(leading: bytes[start])
      let origin = Origin(start: UInt32(start), end: UInt32(end))
      for _ in start..<end { origins.append(origin) }
      start = end
    }
  }

  /// The scalars of a range and where they stand.
  func scalars(in range: Range<Int>) -> UTF8Scalars {
    UTF8Scalars(bytes: bytes, range: range)
  }

  /// All scalars.
  var scalars: UTF8Scalars { scalars(in: 0..<count) }

  /// The scalar that ends at a position, or nil at the start.
  func scalar(endingAt end: Int, after lowerBound: Int) -> (scalar: Unicode.Scalar, start: Int)? {
    guard end > lowerBound else { return nil }
    var start = end - 1
    while start > lowerBound, UTF8Scalar.isContinuation(bytes[start]) { start -= 1 }
    var scalars = scalars(in: start..<end)
    return scalars.next().map { ($0.scalar, start) }
  }

  mutating func reserveCapacity(_ capacity: Int) {
    bytes.reserveCapacity(capacity)
    origins.reserveCapacity(capacity)
  }

  /// Appends a part of another text with its origins.
  mutating func append(_ other: AlignedText, _ range: Range<Int>) {
    bytes.append(contentsOf: other.bytes[range])
    origins.append(contentsOf: other.origins[range])
  }

  /// Appends a whole text with its origins.
  mutating func append(_ other: AlignedText) {
    append(other, 0..<other.count)
  }

  /// Appends bytes that all come from one place.
  mutating func append(_ new: some Collection<UInt8>, from origin: Origin) {
    bytes.append(contentsOf: new)
    origins.append(contentsOf: repeatElement(origin, count: new.count))
  }

  /// Appends a scalar.
  mutating func append(_ scalar: Unicode.Scalar, from origin: Origin) {
    append(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter, from: origin)
  }

  /// From where the first byte of a range came to where the last one did; the range is not empty.
  func origin(of range: Range<Int>) -> Range<Int> {
    let start = Int(origins[range.lowerBound].start)
    return start..<max(start, Int(origins[range.upperBound - 1].end))
  }

  /// A part as a text of its own.
  func slice(_ range: Range<Int>) -> AlignedText {
    var part = AlignedText()
    part.append(self, range)
    return part
  }

  func starts(with prefix: [UInt8], in range: Range<Int>) -> Bool {
    range.count >= prefix.count && bytes[range].starts(with: prefix)
  }
}
