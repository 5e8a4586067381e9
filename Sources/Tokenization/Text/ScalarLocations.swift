/// Converts bytes of a text to code points.
struct ScalarLocations {
  /// The number of the code point at each byte; nil where the two are the same.
  private let numbers: [UInt32]?

  init(of text: String) {
    let utf8 = text.utf8
    guard utf8.contains(where: { $0 >= 0x80 }) else {
      numbers = nil
      return
    }
    var numbers: [UInt32] = []
    numbers.reserveCapacity(utf8.count + 1)
    var number: UInt32 = 0
    for byte in utf8 {
      if !UTF8Scalar.isContinuation(byte), !numbers.isEmpty { number += 1 }
      numbers.append(number)
    }
    numbers.append(number + 1)
    self.numbers = numbers
  }

  /// The code points of a range of bytes that begins and ends between characters.
  func range(of bytes: Range<Int>) -> Range<Int> {
    guard let numbers else { return bytes }
    return Int(numbers[bytes.lowerBound])..<Int(numbers[bytes.upperBound])
  }
}
