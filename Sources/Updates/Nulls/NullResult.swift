/// The measures of one update against one null, or why there is no such null.
public struct NullResult: Sendable, Hashable {
  /// Why the null is not defined here; nil if it is.
  public let reason: String?
  /// The measures that the null moves.
  public internal(set) var measures: [Measure: NullComparison]

  init(reason: String) {
    self.reason = reason
    measures = [:]
  }

  init(_ measures: [Measure: NullComparison]) {
    reason = nil
    self.measures = measures
  }
}

extension NullResult: Codable {
  enum CodingKeys: CodingKey { case reason, measures }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    let named = try container.decode([String: NullComparison].self, forKey: .measures)
    measures = [:]
    for (key, comparison) in named {
      if let measure = Measure(rawValue: key) { measures[measure] = comparison }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(reason, forKey: .reason)
    let named = measures.map { ($0.key.rawValue, $0.value) }
    try container.encode(Dictionary(uniqueKeysWithValues: named), forKey: .measures)
  }
}
