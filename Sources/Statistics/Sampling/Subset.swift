/// Seeded subsets, the `--sample N` of the command line.
public enum Subset {
  /// The positions of a random subset of N ids, in ascending order; all of them if there are fewer.
  ///
  /// A larger sample with the same seed contains the smaller one, and whether an id is drawn does
  /// not depend on the order of the list.
  public static func indices(of ids: [String], count: Int, seed: UInt64) -> [Int] {
    SeededOrder.indices(of: ids, purpose: "sample", seed: seed).prefix(max(count, 0)).sorted()
  }
}
