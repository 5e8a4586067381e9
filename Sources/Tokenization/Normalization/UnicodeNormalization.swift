import Foundation

/// The four Unicode normalisation forms (Unicode Standard Annex 15), with origins kept.
///
/// The character mappings are Foundation's; ordering, composition and the bookkeeping of origins
/// are done here, as the `tokenizers` library does them. That library's tables are of Unicode 9:
/// characters newer than that are left as they are.
enum UnicodeNormalization: String {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  func apply(_ text: AlignedText) -> AlignedText {
    guard text.scalars.contains(where: { !isInert($0.scalar) }) else { return text }
    var items = decomposed(text)
    Self.reorder(&items)
    return Self.aligned(composes ? Self.composed(items) : items, with: text)
  }

  private var composes: Bool { self == .nfc || self == .nfkc }

  private var isCompatible: Bool { self == .nfkc || self == .nfkd }

  /// A character of the result.
  private struct Item {
    var scalar: Unicode.Scalar
    var combiningClass: UInt8
    /// How many characters of the source it stands for.
    var replaced: Int
  }

  /// Whether a text of such characters is normalised already: a quick, incomplete test.
  private func isInert(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x80: true
    // Latin, Cyrillic, punctuation, Kana, Han, Hangul, wide forms and emoji.
    case 0x80..<0x300, 0x400...0x482, 0x200B...0x205E, 0x3000...0x3029, 0x3041...0x3096,
      0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xFF00...0xFFEF, 0x1F300...0x1FAFF:
      self == .nfc
    default: false
    }
  }

  private func decomposed(_ text: AlignedText) -> [Item] {
    var items: [Item] = []
    items.reserveCapacity(text.count)
    var known: [Unicode.Scalar: [Item]] = [:]
    for (scalar, _) in text.scalars {
      if scalar.value < 0x80 {
        items.append(Item(scalar: scalar, combiningClass: 0, replaced: 1))
      } else if let parts = known[scalar] {
        items += parts
      } else {
        let parts = decomposition(of: scalar).enumerated().map { index, part in
          Item(
            scalar: part, combiningClass: Self.combiningClass(part), replaced: index == 0 ? 1 : 0)
        }
        known[scalar] = parts
        items += parts
      }
    }
    return items
  }

  private func decomposition(of scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    let text = String(scalar)
    guard Self.isKnown(scalar) else { return text.unicodeScalars }
    return isCompatible
      ? text.decomposedStringWithCompatibilityMapping.unicodeScalars
      : text.decomposedStringWithCanonicalMapping.unicodeScalars
  }

  /// Sorts each run of combining marks by class, stably.
  private static func reorder(_ items: inout [Item]) {
    var start = 0
    while start < items.count {
      guard items[start].combiningClass > 0 else {
        start += 1
        continue
      }
      let end = items[start...].firstIndex { $0.combiningClass == 0 } ?? items.count
      let sorted = items[start..<end].enumerated().sorted {
        ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
      }
      items.replaceSubrange(start..<end, with: sorted.map(\.element))
      start = end
    }
  }

  private static func composed(_ items: [Item]) -> [Item] {
    var result: [Item] = []
    result.reserveCapacity(items.count)
    var starter: Int?
    var known: [Pair: Unicode.Scalar?] = [:]
    for item in items {
      if let index = starter, composesWithOthers(item.scalar) {
        let last = result[result.count - 1].combiningClass
        let isBlocked = result.count - 1 > index && last >= item.combiningClass
        let pair = Pair(first: result[index].scalar, second: item.scalar)
        if !isBlocked, let whole = memoized(pair, in: &known) {
          result[index].scalar = whole
          result[index].replaced += item.replaced
          continue
        }
      }
      result.append(item)
      if item.combiningClass == 0 { starter = result.count - 1 }
    }
    return result
  }

  private struct Pair: Hashable {
    var first: Unicode.Scalar
    var second: Unicode.Scalar
  }

  /// Whether anything composes with this as the second character.
  ///
  /// These are marks and the vowels and final consonants of Hangul; U+11A7, which Foundation takes
  /// for one, is none.
  private static func composesWithOthers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: false
    case 0x1161...0x1175, 0x11A8...0x11C2: true
    default: scalar.isMark && isKnown(scalar)
    }
  }

  private static func memoized(
    _ pair: Pair, in known: inout [Pair: Unicode.Scalar?]
  ) -> Unicode.Scalar? {
    if let whole = known[pair] { return whole }
    let whole = composition(pair)
    known[pair] = .some(whole)
    return whole
  }

  /// The primary composite of two characters, or nil.
  private static func composition(_ pair: Pair) -> Unicode.Scalar? {
    var text = String(pair.first)
    text.unicodeScalars.append(pair.second)
    // Foundation composes some triples only from their full decomposition.
    let whole = text.decomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping
      .unicodeScalars
    guard let scalar = whole.first, whole.count == 1, isKnown(scalar) else { return nil }
    return scalar
  }

  /// Gives each character the origin of the first that it replaces, and to one that replaces none
  /// the origin of what was replaced last.
  private static func aligned(_ items: [Item], with text: AlignedText) -> AlignedText {
    var result = AlignedText()
    result.reserveCapacity(text.count)
    var source = text.scalars
    var position = 0
    for item in items {
      let origin = text.origins[item.replaced > 0 ? position : max(position - 1, 0)]
      result.append(item.scalar, from: origin)
      for _ in 0..<item.replaced { position = source.next()?.range.upperBound ?? position }
    }
    return result
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    isKnown(scalar) ? scalar.properties.canonicalCombiningClass.rawValue : 0
  }

  /// Whether the library's tables hold the character.
  private static func isKnown(_ scalar: Unicode.Scalar) -> Bool { scalar.isInUnicode(9) }
}
