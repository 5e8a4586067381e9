import LinearAlgebra
import Synchronization

/// Computes the principal subspaces of a base checkpoint once and keeps them.
///
/// Safe to share between threads: a subspace that two threads ask for at once is computed by one
/// of them. What was used longest ago is dropped when the cache exceeds its limit.
public final class SubspaceProvider: Sendable {
  private let memoryLimit: Int
  private let files: SubspaceFiles?
  private let cache: Mutex<Cache>

  /// Creates the provider of one base checkpoint.
  ///
  /// - Parameters:
  ///   - memoryLimit: Bytes of bases that are kept.
  ///   - files: Where they are kept between runs, if anywhere.
  public init(memoryLimit: Int = 1 << 30, files: SubspaceFiles? = nil) {
    self.memoryLimit = memoryLimit
    self.files = files
    cache = Mutex(Cache())
  }

  /// The leading singular subspaces of a matrix of the base checkpoint.
  ///
  /// - Parameters:
  ///   - name: The tensor's name, which stands for its content.
  ///   - rule: How many directions.
  ///   - base: Reads W₀; called only if the subspaces are not at hand.
  /// - Returns: U_k [m, k], V_k [n, k] and σ of W₀.
  /// - Throws: ``UpdateError`` naming the tensor, or what `base` throws.
  public func subspace(
    of name: String, rank rule: RankRule, base: () throws -> Matrix<Float>
  ) throws -> BaseSubspace {
    let slot = cache.withLock { $0.slot(Key(name: name, rule: rule)) }
    return try slot.value.withLock { value in
      if let value { return value }
      let computed = try found(name, rule, base: base().requiringElements(name))
      value = computed
      cache.withLock { $0.admit(slot, bytes: computed.byteCount, limit: memoryLimit) }
      return computed
    }
  }

  private func found(
    _ name: String, _ rule: RankRule, base: Matrix<Float>
  ) throws -> BaseSubspace {
    if let kept = files?.load(name, rule, rows: base.rows, columns: base.columns) { return kept }
    let computed = try UpdateError.naming(name) { try BaseSubspace(of: base, rank: rule) }
    try files?.save(computed, name, rule)
    return computed
  }

  private struct Key: Hashable {
    let name: String
    let rule: RankRule
  }

  /// One subspace; its lock is held while it is computed.
  private final class Slot: Sendable {
    let key: Key
    let value = Mutex<BaseSubspace?>(nil)

    init(_ key: Key) { self.key = key }
  }

  private struct Cache: Sendable {
    var slots: [Key: Slot] = [:]
    var bytes: [Key: Int] = [:]
    var lastUse: [Key: Int] = [:]
    var clock = 0

    mutating func slot(_ key: Key) -> Slot {
      clock += 1
      lastUse[key] = clock
      if let slot = slots[key] { return slot }
      let slot = Slot(key)
      slots[key] = slot
      return slot
    }

    /// Counts a finished subspace and drops the oldest others above the limit.
    mutating func admit(_ slot: Slot, bytes size: Int, limit: Int) {
      guard slots[slot.key] === slot else { return }
      bytes[slot.key] = size
      var total = bytes.values.reduce(0, +)
      let others = bytes.keys.filter { $0 != slot.key }
        .sorted { lastUse[$0, default: 0] < lastUse[$1, default: 0] }
      for key in others where total > limit {
        total -= bytes.removeValue(forKey: key) ?? 0
        slots[key] = nil
        lastUse[key] = nil
      }
    }
  }
}

extension SingularSubspace {
  /// Bytes that the bases take.
  var byteCount: Int { (u.elements.count + v.elements.count) * MemoryLayout<Scalar>.size }
}
