/// A set of layers, written `0,3-8`: zero-based, inclusive.
public struct LayerSet: Sendable, Hashable {
  /// The layers, ascending, without repetitions.
  public let layers: [Int]

  /// Collects layers.
  public init(_ layers: some Sequence<Int>) {
    self.layers = Set(layers).sorted()
  }

  /// Reads `0,3-8`.
  ///
  /// - Throws: ``ArchitectureError/malformedLayers(_:)``.
  public init(parsing text: String) throws {
    var layers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { end in
        end.allSatisfy(\.isASCII) && end.allSatisfy(\.isNumber) ? Int(end) : nil
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last, last < 100_000
      else { throw ArchitectureError.malformedLayers(text) }
      layers += first...last
    }
    self.init(layers)
  }

  /// Whether a layer is in the set.
  public func contains(_ layer: Int) -> Bool { layers.contains(layer) }
}

extension LayerSet: CustomStringConvertible {
  /// The set as ``init(parsing:)`` reads it.
  public var description: String {
    var runs: [ClosedRange<Int>] = []
    for layer in layers {
      if let last = runs.last, last.upperBound + 1 == layer {
        runs[runs.count - 1] = last.lowerBound...layer
      } else {
        runs.append(layer...layer)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

extension LayerSet: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
