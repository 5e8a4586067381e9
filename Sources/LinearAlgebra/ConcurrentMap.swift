import Dispatch
import Synchronization

/// Maps the numbers 0..<count on several threads and returns the results in order.
///
/// This is the project's one form of parallelism: independent, single-threaded pieces of work,
/// taken in order by `threads` workers. Results do not depend on the number of threads.
///
/// - Throws: the error of the lowest failing index; pieces not yet begun are skipped.
public func concurrentMap<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  guard threads > 1, count > 1 else { return try (0..<count).map(body) }
  let next = Atomic<Int>(0)
  let outcome = Mutex(Outcome<Result>(count: count))
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count, outcome.withLock({ $0.failure == nil }) else { return }
      do {
        let result = try body(index)
        outcome.withLock { $0.results[index] = result }
      } catch {
        outcome.withLock { $0.record(error, at: index) }
      }
    }
  }
  return try outcome.withLock { outcome in
    if let failure = outcome.failure { throw failure.error }
    return outcome.results.compactMap { $0 }
  }
}

private struct Outcome<Result: Sendable>: Sendable {
  var results: [Result?]
  var failure: (index: Int, error: any Error)?

  init(count: Int) {
    results = Array(repeating: nil, count: count)
  }

  mutating func record(_ error: any Error, at index: Int) {
    if let failure, failure.index < index { return }
    failure = (index, error)
  }
}
