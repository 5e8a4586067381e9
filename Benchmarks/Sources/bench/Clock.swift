import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Wall and processor time of a piece of work, and the memory the process has used at most.
enum Clock {
  /// Seconds: of the wall, and of all threads together (a busy machine changes these less).
  struct Cost {
    var wall: Double
    var processor: Double

    static let zero = Cost(wall: 0, processor: 0)

    static func += (sum: inout Cost, more: Cost) {
      sum.wall += more.wall
      sum.processor += more.processor
    }
  }

  /// The cheapest of some repetitions, by wall time.
  static func best(_ repeats: Int, _ work: () throws -> Void) rethrows -> Cost {
    var best = Cost(wall: .infinity, processor: .infinity)
    for _ in 0..<repeats {
      let cost = try measure(work)
      if cost.wall < best.wall { best = cost }
    }
    return best
  }

  /// One repetition.
  static func measure(_ work: () throws -> Void) rethrows -> Cost {
    let (start, used) = (ContinuousClock.now, usage())
    try work()
    return Cost(wall: (ContinuousClock.now - start) / .seconds(1), processor: usage() - used)
  }

  #if canImport(Glibc)
  private static let ownProcess = Int32(RUSAGE_SELF.rawValue)
  #else
  private static let ownProcess = RUSAGE_SELF
  #endif

  private static func usage() -> Double {
    var usage = rusage()
    getrusage(ownProcess, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6
      * Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// The most memory in use so far, MiB.
  static var peakMiB: Int {
    var usage = rusage()
    getrusage(ownProcess, &usage)
    return Int(usage.ru_maxrss) / 1024
  }
}
