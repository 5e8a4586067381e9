/// Folds of a cross-validation in which no group is split and classes are spread evenly.
public enum CrossValidation {
  /// The fold of each example, 0..<folds.
  ///
  /// Groups, largest first and in seeded order among equals, go one by one to the fold where they
  /// least raise Σ over classes of (share of the class in the fold)²; ties go to the fold with the
  /// fewest examples. The same greedy idea as scikit-learn's `StratifiedGroupKFold`.
  ///
  /// - Parameters:
  ///   - groups: the group of each example, such as a probe's `type`; a group has one fold.
  ///   - strata: the class of each example; nil for numeric targets.
  ///   - folds: the number of folds, at least 2.
  ///   - seed: decides the order among groups of equal size.
  /// - Returns: one fold number an example.
  /// - Throws: ``StatisticsError`` with fewer groups than folds, or where lengths differ.
  public static func folds(
    groups: [String], strata: [String]? = nil, folds: Int, seed: UInt64
  ) throws -> [Int] {
    let strata = strata ?? [String](repeating: "", count: groups.count)
    try Require.length(strata.count, equals: groups.count, "classes")
    try Require.count(folds, atLeast: 2, "folds")
    let clusters = Clusters(groups: groups)
    try Require.count(clusters.count, atLeast: folds, "groups for \(folds) folds")
    let classes = Clusters(groups: strata)

    var composition = Array(
      repeating: [Double](repeating: 0, count: classes.count), count: clusters.count)
    for (cluster, label) in zip(clusters.assignment, classes.assignment) {
      composition[cluster][label] += 1
    }
    let sizes = clusters.sizes
    let weights = classes.sizes.map { 1 / ($0 * $0) }

    var names = [String](repeating: "", count: clusters.count)
    for (name, cluster) in zip(groups, clusters.assignment) { names[cluster] = name }
    let order = SeededOrder.indices(of: names, purpose: "cross-validation", seed: seed)
      .stablySorted { sizes[$0] > sizes[$1] }

    var held = Array(repeating: [Double](repeating: 0, count: classes.count), count: folds)
    var fold = [Int](repeating: 0, count: clusters.count)
    for cluster in order {
      let added = composition[cluster]
      // (h + a)² − h² up to the a² that is the same for every fold.
      let costs = held.map { held in
        zip(zip(held, added), weights).reduce(0) { $0 + $1.0.0 * $1.0.1 * $1.1 }
      }
      let fill = held.map { $0.reduce(0, +) }
      let best = (0..<folds).min { (costs[$0], fill[$0], $0) < (costs[$1], fill[$1], $1) } ?? 0
      fold[cluster] = best
      for label in added.indices { held[best][label] += added[label] }
    }
    return clusters.assignment.map { fold[$0] }
  }
}
