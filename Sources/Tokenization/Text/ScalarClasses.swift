/// Classes of characters as the `tokenizers` library's components see them.
extension Unicode.Scalar {
  /// `White_Space`.
  var isSpace: Bool { properties.isWhitespace }

  /// General category N: decimal digits, letter-like and other numbers.
  var isNumeric: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// General category M.
  var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// General category M of Unicode 9, which `StripAccents` removes.
  var isAccent: Bool {
    switch value {
    // Their category has changed since.
    case 0x1CF2, 0x1CF3: true
    case 0x111C9: false
    default: isMark && isInUnicode(9)
    }
  }

  /// Whether a version of Unicode has assigned the character.
  func isInUnicode(_ version: Int) -> Bool {
    value < 0x300 || properties.age.map { $0.major <= version } ?? false
  }

  /// `\w` of Unicode Technical Standard 18, annex C, in Unicode 16.
  var isWord: Bool {
    guard isInUnicode(16) else { return false }
    let properties = properties
    if properties.isAlphabetic || properties.isJoinControl || isMark { return true }
    return switch properties.generalCategory {
    case .decimalNumber, .connectorPunctuation: true
    default: false
    }
  }

  /// General category P of Unicode 8, or one of the 32 ASCII signs between letters and digits.
  var isPunctuation: Bool {
    if value < 0x80 {
      return switch value {
      case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
      default: false
      }
    }
    // Their category has changed since.
    if value == 0x166D || value == 0x111C9 { return true }
    return switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      isInUnicode(8)
    default: false
    }
  }
}
