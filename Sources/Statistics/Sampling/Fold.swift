/// The half of the prompts that a prompt belongs to: one half selects cells, the other estimates
/// what is printed, so that selection cannot flatter the estimate.
public enum Fold: String, Sendable, Codable, CaseIterable {
  /// Prompts that choose which cells are shown.
  case selection
  /// Prompts that estimate the effects of the chosen cells.
  case estimation

  /// The fold of an id on its own: a fair coin that depends on the id and the seed only.
  public init(of id: String, seed: UInt64) {
    self =
      SeededOrder.key(of: id, purpose: "coin", seed: seed) >> 63 == 0 ? .selection : .estimation
  }

  /// The folds of the prompts of one ability, balanced.
  ///
  /// Ids in the order of their seeded keys go to the half that is smaller so far, so the halves
  /// differ by at most one prompt. The file's order plays no part. Prompts that share a group stay
  /// together, largest group first, so that the halves are independent.
  ///
  /// - Throws: ``StatisticsError`` where there is not one group entry an id.
  public static func halves(
    ids: [String], groups: [String?]? = nil, seed: UInt64
  ) throws -> [Fold] {
    let clusters: Clusters
    if let groups {
      try Require.length(groups.count, equals: ids.count, "groups")
      clusters = Clusters(groups: groups)
    } else {
      clusters = Clusters(observations: ids.count)
    }
    // A cluster stands in the order of its earliest member.
    var members: [[Int]] = Array(repeating: [], count: clusters.count)
    var order: [Int] = []
    for index in SeededOrder.indices(of: ids, purpose: "half", seed: seed) {
      let cluster = clusters.assignment[index]
      if members[cluster].isEmpty { order.append(cluster) }
      members[cluster].append(index)
    }
    var folds = [Fold](repeating: .selection, count: ids.count)
    var selected = 0
    var estimated = 0
    for cluster in order.stablySorted(by: { members[$0].count > members[$1].count }) {
      let fold: Fold = selected <= estimated ? .selection : .estimation
      for index in members[cluster] { folds[index] = fold }
      if fold == .selection {
        selected += members[cluster].count
      } else {
        estimated += members[cluster].count
      }
    }
    return folds
  }
}

extension Array {
  /// The elements sorted, equal ones in their given order.
  func stablySorted(by precedes: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted { first, second in
      if precedes(first.element, second.element) { return true }
      if precedes(second.element, first.element) { return false }
      return first.offset < second.offset
    }.map(\.element)
  }
}
