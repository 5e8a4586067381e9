/// The measures of several matrices together: of a module type, a layer or the whole model.
public struct MeasureAggregate: Sendable, Hashable {
  /// What the matrices have in common.
  public enum Group: Sendable, Hashable {
    /// All of them.
    case model
    /// Their kind, for example `q_proj`.
    case module(String)
    /// Their block.
    case layer(Int)
  }

  /// What the matrices have in common.
  public let group: Group
  /// How many there are.
  public let matrices: Int
  /// Their entries, Σ mn.
  public let parameters: Int
  /// Means weighted by mn, over the matrices on which a measure is defined.
  public let weighted: [Measure: Double]
  /// Plain means over the matrices on which a measure is defined.
  public let plain: [Measure: Double]
  /// ‖ΔW‖_F of all matrices together.
  public let deltaNorm: Double?
  /// ‖ΔW‖_F/‖W₀‖_F of all matrices together.
  public let relativeNorm: Double?
  /// The weighted means against nulls that are independent between matrices.
  public let nulls: [UpdateNull: NullResult]

  /// Aggregates by module in order of appearance, by layer, and over the model, which comes first.
  public static func all(of matrices: [MatrixMeasures]) -> [MeasureAggregate] {
    guard !matrices.isEmpty else { return [] }
    var modules: [String] = []
    for matrix in matrices where !modules.contains(matrix.module) { modules.append(matrix.module) }
    let layers = Set(matrices.compactMap(\.layer)).sorted()
    return [MeasureAggregate(.model, of: matrices)]
      + modules.map { module in
        MeasureAggregate(.module(module), of: matrices.filter { $0.module == module })
      }
      + layers.map { layer in
        MeasureAggregate(.layer(layer), of: matrices.filter { $0.layer == layer })
      }
  }

  /// Aggregates matrices as one group.
  public init(_ group: Group, of matrices: [MatrixMeasures]) {
    self.group = group
    self.matrices = matrices.count
    parameters = matrices.reduce(0) { $0 + $1.parameters }
    var (weighted, plain): ([Measure: Double], [Measure: Double]) = ([:], [:])
    for measure in Measure.allCases {
      let defined = matrices.filter { $0[measure] != nil }
      guard !defined.isEmpty else { continue }
      weighted[measure] = Self.mean(defined, weighted: true) { $0[measure] }
      plain[measure] = Self.mean(defined, weighted: false) { $0[measure] }
    }
    (self.weighted, self.plain) = (weighted, plain)
    let sizes = matrices.compactMap { matrix -> (delta: Double, base: Double)? in
      guard let delta = matrix[.deltaNorm], let relative = matrix[.relativeNorm] else { return nil }
      return (delta, relative > 0 ? delta / relative : 0)
    }
    let isComplete = sizes.count == matrices.count && !sizes.contains { $0.base == 0 }
    let norms = matrices.compactMap { $0[.deltaNorm] }
    deltaNorm =
      norms.count == matrices.count ? norms.reduce(0) { $0 + $1 * $1 }.squareRoot() : nil
    relativeNorm =
      isComplete
      ? (sizes.reduce(0) { $0 + $1.delta * $1.delta }
        / sizes.reduce(0) { $0 + $1.base * $1.base }).squareRoot() : nil
    nulls = Self.nulls(of: matrices)
  }

  private static func mean(
    _ matrices: [MatrixMeasures], weighted: Bool, _ value: (MatrixMeasures) -> Double?
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for matrix in matrices {
      let weight = weighted ? Double(matrix.parameters) : 1
      sum += weight * (value(matrix) ?? 0)
      total += weight
    }
    return sum / total
  }

  /// Moments of weighted means: Σ w μ and √Σ w² sd², over the matrices that have the comparison.
  private static func nulls(of matrices: [MatrixMeasures]) -> [UpdateNull: NullResult] {
    var results: [UpdateNull: NullResult] = [:]
    for null in UpdateNull.allCases {
      var comparisons: [Measure: NullComparison] = [:]
      for measure in Measure.allCases {
        let defined = matrices.filter { $0.nulls[null]?.measures[measure] != nil }
        guard !defined.isEmpty else { continue }
        func moment(_ value: (NullComparison) -> Double) -> Double {
          mean(defined, weighted: true) { $0.nulls[null]?.measures[measure].map(value) }
        }
        let total = defined.reduce(0.0) { $0 + Double($1.parameters) }
        let variance = defined.reduce(0.0) { sum, matrix in
          let deviation = matrix.nulls[null]?.measures[measure]?.standardDeviation ?? 0
          let share = Double(matrix.parameters) / total
          return sum + share * share * deviation * deviation
        }
        comparisons[measure] = NullComparison(
          mean(defined, weighted: true) { $0[measure] }, mean: moment(\.mean),
          standardDeviation: variance.squareRoot(),
          draws: defined.compactMap { $0.nulls[null]?.measures[measure]?.draws }.min() ?? 0)
      }
      if !comparisons.isEmpty { results[null] = NullResult(comparisons) }
    }
    return results
  }
}

extension MeasureAggregate: Encodable {
  enum CodingKeys: String, CodingKey {
    case kind, key, matrices, parameters, weighted, plain, nulls
    case deltaNorm = "delta_norm"
    case relativeNorm = "relative_norm"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func named(_ values: [Measure: Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }
    switch group {
    case .model:
      try container.encode("model", forKey: .kind)
      try container.encodeNil(forKey: .key)
    case .module(let name):
      try container.encode("module", forKey: .kind)
      try container.encode(name, forKey: .key)
    case .layer(let index):
      try container.encode("layer", forKey: .kind)
      try container.encode("\(index)", forKey: .key)
    }
    try container.encode(matrices, forKey: .matrices)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(named(weighted), forKey: .weighted)
    try container.encode(named(plain), forKey: .plain)
    try container.encode(deltaNorm, forKey: .deltaNorm)
    try container.encode(relativeNorm, forKey: .relativeNorm)
    let against = nulls.map { ($0.key.rawValue, $0.value) }
    try container.encode(Dictionary(uniqueKeysWithValues: against), forKey: .nulls)
  }
}
