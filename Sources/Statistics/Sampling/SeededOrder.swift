import LinearAlgebra

/// An order of ids that a seed decides and that looks random.
///
/// The key of an id depends on nothing but the id, the seed and the purpose, so adding, removing or
/// moving other ids leaves it alone.
enum SeededOrder {
  /// The key of an id.
  static func key(of id: String, purpose: String, seed: UInt64) -> UInt64 {
    var random = CounterRandom(seed: seed, stream: purpose + "/" + id)
    return random.next()
  }

  /// The indices of the ids in ascending order of their keys; equal ids keep their order.
  static func indices(of ids: [String], purpose: String, seed: UInt64) -> [Int] {
    let keys = ids.map { key(of: $0, purpose: purpose, seed: seed) }
    return ids.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }
}
