import Foundation

/// How many leading singular directions of a matrix count as principal.
///
/// Written `64`, `10%` or `energy:0.9`, in JSON too.
public enum RankRule: Sendable, Hashable {
  /// A number of directions, capped at min(m, n).
  case count(Int)
  /// A share f of min(m, n): k = max(1, round half up(f · min(m, n))).
  case fraction(Double)
  /// The smallest k whose σ₁² + … + σ_k² hold this share of ‖W‖²_F.
  case energy(Double)

  /// The project's default, 10 % of min(m, n).
  public static let standard = RankRule.fraction(0.1)

  /// Reads a rule as it is written on the command line.
  ///
  /// - Throws: ``UpdateError/badRankRule(_:)``.
  public init(parsing text: String) throws {
    func number(_ part: some StringProtocol) throws -> Double {
      guard let value = Double(part), value > 0, value.isFinite else {
        throw UpdateError.badRankRule(text)
      }
      return value
    }
    if text.hasPrefix("energy:") {
      self = .energy(try number(text.dropFirst("energy:".count)))
    } else if text.hasSuffix("%") {
      self = .fraction(try number(text.dropLast()) / 100)
    } else if let count = Int(text) {
      self = .count(count)
    } else {
      throw UpdateError.badRankRule(text)
    }
    guard isValid else { throw UpdateError.badRankRule(text) }
  }

  /// The rule for a multiple of k, for curves over k: shares are capped at all of it.
  public func scaled(by factor: Double) -> RankRule {
    switch self {
    case .count(let count):
      .count(max(1, Int((Double(count) * factor).rounded(.toNearestOrAwayFromZero))))
    case .fraction(let share): .fraction(min(share * factor, 1))
    case .energy(let share): .energy(min(share * factor, 1))
    }
  }

  /// k for an m × n matrix, or nil where it depends on the singular values.
  ///
  /// - Returns: A number in 1…min(m, n); 0 for a matrix without elements.
  public func rank(rows: Int, columns: Int) -> Int? {
    let full = min(rows, columns)
    switch self {
    case .count(let count): return min(count, full)
    case .fraction(let share):
      return min(max(1, Int((share * Double(full)).rounded(.toNearestOrAwayFromZero))), full)
    case .energy: return nil
    }
  }

  /// k for a matrix with these squared singular values, non-increasing and complete.
  ///
  /// A matrix of zeros has k = 1 under ``energy(_:)``.
  public func rank(squaredSingularValues values: [Double], rows: Int, columns: Int) -> Int {
    if let rank = rank(rows: rows, columns: columns) { return rank }
    guard case .energy(let share) = self, !values.isEmpty else { return 0 }
    let total = values.reduce(0, +)
    var held = 0.0
    for (index, value) in values.enumerated() {
      held += value
      if held >= share * total { return index + 1 }
    }
    return values.count
  }

  private var isValid: Bool {
    switch self {
    case .count(let count): count > 0
    case .fraction(let share), .energy(let share): share > 0 && share <= 1
    }
  }
}

extension RankRule: CustomStringConvertible {
  /// The rule as ``init(parsing:)`` reads it.
  public var description: String {
    switch self {
    case .count(let count): "\(count)"
    case .fraction(let share): String(format: "%.12g%%", share * 100)
    case .energy(let share): String(format: "energy:%.12g", share)
    }
  }
}

extension RankRule: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
