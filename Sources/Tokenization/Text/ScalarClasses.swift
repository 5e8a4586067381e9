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

  /// `\w` of Unicode Technical Standard 18, annex C.
  var isWord: Bool {
    let properties = properties
    if properties.isAlphabetic || properties.isJoinControl || isMark { return true }
    return switch properties.generalCategory {
    case .decimalNumber, .connectorPunctuation: true
    default: false
    }
  }

  /// General category P, or one of the 32 ASCII signs between letters and digits.
  var isPunctuation: Bool {
    if value < 0x80 {
      return switch value {
      case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
      default: false
      }
    }
    return switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }
}
