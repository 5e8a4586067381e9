/// A division of observations into clusters, the units that are independent of each other.
public struct Clusters: Sendable, Equatable {
  /// The cluster of each observation, numbered from 0 in order of first appearance.
  public let assignment: [Int]
  /// The number of clusters.
  public let count: Int

  /// Every observation on its own.
  public init(observations: Int) {
    assignment = Array(0..<max(observations, 0))
    count = assignment.count
  }

  /// Observations that share a group share a cluster; one without a group stands on its own.
  public init(groups: [String?]) {
    var numbers: [String: Int] = [:]
    var next = 0
    assignment = groups.map { group in
      if let group, let number = numbers[group] { return number }
      if let group { numbers[group] = next }
      next += 1
      return next - 1
    }
    count = next
  }

  /// Whether some cluster holds more than one observation.
  public var areGrouped: Bool { count < assignment.count }

  /// The sum of the values of each cluster.
  ///
  /// - Precondition: one value an observation.
  func sums(of values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for (value, cluster) in zip(values, assignment) { sums[cluster] += value }
    return sums
  }

  /// The number of observations of each cluster.
  var sizes: [Double] { sums(of: [Double](repeating: 1, count: assignment.count)) }
}

extension Clusters? {
  /// The clusters, or every observation on its own, checked against the number of observations.
  func resolved(observations: Int) throws -> Clusters {
    guard let clusters = self else { return Clusters(observations: observations) }
    try Require.length(observations, equals: clusters.assignment.count, "clustered observations")
    return clusters
  }
}
