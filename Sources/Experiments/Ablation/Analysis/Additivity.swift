import Statistics

/// Whether the effects of single cells add up to the effect of all of them together.
public struct Additivity: Sendable, Hashable, Codable {
  /// `remove` or `keep`.
  public let operation: String
  /// The component's name.
  public let component: String
  /// The cut whose cells are summed: `layer`, `module` or `matrix`.
  public let by: String
  /// The ability.
  public let ability: String
  /// Hard or soft.
  public let metric: ScoreMetric
  /// Sum over cells of edit − reference.
  public let sum: Estimate
  /// The joint edit − reference.
  public let joint: Estimate
  /// sum − joint; positive where single removals count an effect more than once.
  public let excess: Estimate

  /// All cuts of a run that have a joint edit.
  static func all(in scores: AblationScores, _ estimator: Estimator) throws -> [Additivity] {
    let edits = scores.conditions.filter {
      $0.kind == .edit && !$0.id.hasSuffix("-k") && !$0.id.hasSuffix("/bf16")
        && !$0.id.hasSuffix("/f32")
    }
    let joints = edits.filter { $0.by == Granularity.model.rawValue }
    var results: [Additivity] = []
    for joint in joints {
      for cut in [Granularity.layer, .module, .matrix] {
        let parts = edits.filter {
          $0.by == cut.rawValue && $0.operation == joint.operation
            && $0.component == joint.component
        }
        guard parts.count > 1 else { continue }
        for ability in scores.abilities {
          for metric in ScoreMetric.allCases {
            if let result = try Self.one(joint, parts, cut, ability, metric, scores, estimator) {
              results.append(result)
            }
          }
        }
      }
    }
    return results
  }

  private static func one(
    _ joint: AblationScores.Condition, _ parts: [AblationScores.Condition], _ cut: Granularity,
    _ ability: String, _ metric: ScoreMetric, _ scores: AblationScores, _ estimator: Estimator
  ) throws -> Additivity? {
    let reference = joint.operation == "keep" ? "base" : "tuned"
    guard let before = scores.values(reference, ability, metric),
      let together = scores.values(joint.id, ability, metric)
    else { return nil }
    let zero = [Double](repeating: 0, count: before.count)
    var sum = zero
    for part in parts {
      guard let values = scores.values(part.id, ability, metric) else { return nil }
      for index in sum.indices { sum[index] += values[index] - before[index] }
    }
    let clusters = scores.clusters(of: ability)
    let jointEffect = zip(together, before).map { $0 - $1 }
    return Additivity(
      operation: joint.operation ?? "", component: joint.component ?? "", by: cut.rawValue,
      ability: ability, metric: metric,
      sum: try estimator.difference(of: sum, minus: zero, clusters: clusters),
      joint: try estimator.difference(of: together, minus: before, clusters: clusters),
      excess: try estimator.difference(of: sum, minus: jointEffect, clusters: clusters))
  }
}
