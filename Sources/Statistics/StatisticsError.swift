/// What is wrong with the numbers given to a statistic.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Fewer observations than the statistic needs.
  case tooFew(what: String, found: Int, needed: Int)
  /// Two lists that belong together differ in length.
  case unequalLengths(what: String, expected: Int, found: Int)
  /// A value is NaN or infinite.
  case notFinite(what: String, index: Int)
  /// A parameter lies outside its range.
  case outOfRange(what: String, value: Double, allowed: String)

  /// The error in one sentence.
  public var description: String {
    switch self {
    case .tooFew(let what, let found, let needed):
      "Too few \(what): found \(found), at least \(needed) are needed."
    case .unequalLengths(let what, let expected, let found):
      "Lengths differ: expected \(expected) \(what), found \(found)."
    case .notFinite(let what, let index):
      "Value \(index) of \(what) is not a finite number."
    case .outOfRange(let what, let value, let allowed):
      "\(what) is \(value), allowed is \(allowed)."
    }
  }
}

/// Checks shared by the statistics of this module.
enum Require {
  static func finite(_ values: [Double], _ what: String) throws {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw StatisticsError.notFinite(what: what, index: index)
    }
  }

  static func count(_ found: Int, atLeast needed: Int, _ what: String) throws {
    guard found >= needed else {
      throw StatisticsError.tooFew(what: what, found: found, needed: needed)
    }
  }

  static func length(_ found: Int, equals expected: Int, _ what: String) throws {
    guard found == expected else {
      throw StatisticsError.unequalLengths(what: what, expected: expected, found: found)
    }
  }

  /// A probability strictly between 0 and 1, such as a confidence level.
  static func openProbability(_ value: Double, _ what: String) throws {
    guard value > 0, value < 1 else {
      throw StatisticsError.outOfRange(what: what, value: value, allowed: "0 < x < 1")
    }
  }

  static func probabilities(_ values: [Double], _ what: String) throws {
    if let value = values.first(where: { !(0...1).contains($0) }) {
      throw StatisticsError.outOfRange(what: what, value: value, allowed: "0 ≤ x ≤ 1")
    }
  }
}
