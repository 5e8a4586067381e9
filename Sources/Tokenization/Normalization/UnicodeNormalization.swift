import Foundation

/// The four Unicode normalisation forms, with origins kept.
///
/// The character mappings are Foundation's; ordering and composition (Unicode Standard Annex 15)
/// are done here, because Foundation does not say which characters became which. Characters newer
/// than the tables of the `tokenizers` library are left as they are.
enum UnicodeNormalization: String {
  case nfc = "NFC"
  case nfd = "NFD"
  case nfkc = "NFKC"
  case nfkd = "NFKD"

  func apply(_ text: AlignedText) -> AlignedText {
    guard text.bytes.contains(where: { $0 >= 0x80 }) else { return text }
    let decomposed = Self.reordered(decompose(text))
    let scalars = composes ? Self.composed(decomposed) : decomposed
    var result = AlignedText()
    result.reserveCapacity(text.count)
    for item in scalars { result.append(item.scalar, from: item.origin) }
    return result
  }

  private var composes: Bool { self == .nfc || self == .nfkc }

  private var isCompatible: Bool { self == .nfkc || self == .nfkd }

  private struct Item {
    var scalar: Unicode.Scalar
    var combiningClass: UInt8
    var origin: AlignedText.Origin
  }

  private func decompose(_ text: AlignedText) -> [Item] {
    var items: [Item] = []
    items.reserveCapacity(text.count)
    for (scalar, range) in text.scalars {
      let origin = text.origins[range.lowerBound]
      if scalar.value < 0x80 {
        items.append(Item(scalar: scalar, combiningClass: 0, origin: origin))
        continue
      }
      for part in decomposition(of: scalar) {
        items.append(
          Item(scalar: part, combiningClass: Self.combiningClass(part), origin: origin))
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

  /// Sorts each run of combining marks by class, stably. Origins stay where they are: the library
  /// pairs the n-th character of a run with the n-th origin.
  private static func reordered(_ items: [Item]) -> [Item] {
    var items = items
    var start = 0
    while start < items.count {
      guard items[start].combiningClass > 0 else {
        start += 1
        continue
      }
      var end = start
      while end < items.count, items[end].combiningClass > 0 { end += 1 }
      let origins = items[start..<end].map(\.origin)
      let sorted = items[start..<end].enumerated().sorted {
        ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
      }
      for (index, item) in sorted.enumerated() {
        items[start + index] = item.element
        items[start + index].origin = origins[index]
      }
      start = end
    }
    return items
  }

  private static func composed(_ items: [Item]) -> [Item] {
    var result: [Item] = []
    result.reserveCapacity(items.count)
    var starter: Int?
    for item in items {
      if let index = starter {
        let last = result[result.count - 1].combiningClass
        let isBlocked = result.count - 1 > index && last >= item.combiningClass
        if !isBlocked, let whole = composition(result[index].scalar, item.scalar) {
          result[index].scalar = whole
          continue
        }
      }
      result.append(item)
      if item.combiningClass == 0 { starter = result.count - 1 }
    }
    return result
  }

  /// The primary composite of two characters, or nil.
  private static func composition(
    _ first: Unicode.Scalar, _ second: Unicode.Scalar
  ) -> Unicode.Scalar? {
    // Nothing composes with a second character below U+0300.
    guard second.value >= 0x300, isKnown(second) else { return nil }
    var pair = String(first)
    pair.unicodeScalars.append(second)
    let whole = pair.precomposedStringWithCanonicalMapping.unicodeScalars
    guard let scalar = whole.first, whole.count == 1, isKnown(scalar) else { return nil }
    return scalar
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    isKnown(scalar) ? scalar.properties.canonicalCombiningClass.rawValue : 0
  }

  /// Whether the library's tables, of this version of Unicode, hold the character.
  private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age else { return false }
    return age.major <= tableVersion
  }

  private static let tableVersion = 99
}
