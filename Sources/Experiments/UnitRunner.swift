import LinearAlgebra

/// Runs independent units in plan order, several at a time, and stores each in one transaction.
struct UnitRunner {
  let store: RunStore
  let threads: Int
  let progress: Progress

  /// Computes the units that are not finished, `threads` at a time, and writes them in order.
  ///
  /// - Parameters:
  ///   - keys: The units in plan order.
  ///   - compute: What a unit finds; called from several threads.
  ///   - write: Stores it, inside the unit's transaction.
  /// - Throws: The error of the lowest failing unit; units before it are stored.
  func run<Result: Sendable>(
    _ keys: [String], compute: @Sendable (Int) throws -> Result,
    write: (RunWriter, Int, Result) throws -> Void
  ) throws {
    let finished = try store.finishedUnits()
    let pending = keys.indices.filter { !finished.contains(keys[$0]) }
    var done = keys.count - pending.count
    for start in stride(from: 0, to: pending.count, by: max(1, threads)) {
      let group = pending[start..<min(start + max(1, threads), pending.count)]
      progress.update(done, of: keys.count, keys[group[group.startIndex]])
      let begin = ContinuousClock.now
      let results = try concurrentMap(group.count, threads: threads) { offset in
        try compute(group[group.startIndex + offset])
      }
      let seconds = (ContinuousClock.now - begin) / .seconds(1) / Double(group.count)
      for (position, result) in zip(group, results) {
        try store.finish(unit: keys[position], position: position, seconds: seconds) {
          try write($0, position, result)
        }
      }
      done += group.count
    }
    progress.update(keys.count, of: keys.count, "done")
  }
}
