import Experiments
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A line on stderr that says how far work has come and how long it will take.
///
/// Silent when stderr is no terminal, and for the first two seconds.
enum TerminalProgress {
  static func make(silent: Bool = false) -> Experiments.Progress {
    guard !silent, isatty(STDERR_FILENO) != 0 else { return .silent }
    let state = Mutex(State(start: ContinuousClock.now, firstDone: nil, lastPrint: nil))
    return Experiments.Progress { done, total, what in
      state.withLock { $0.report(done, total, what) }
    }
  }

  private struct State {
    let start: ContinuousClock.Instant
    var firstDone: Int?
    var lastPrint: ContinuousClock.Instant?

    mutating func report(_ done: Int, _ total: Int, _ what: String) {
      let now = ContinuousClock.now
      // Pieces finished by an earlier run say nothing about the speed of this one.
      let first = firstDone ?? done
      firstDone = first
      let elapsed = (now - start) / .seconds(1)
      guard elapsed > 2 else { return }
      if let lastPrint, now - lastPrint < .milliseconds(200), done < total { return }
      lastPrint = now
      var line = "\r\u{1B}[K[\(done)/\(total)] \(what)"
      if done > first && done < total {
        let left = elapsed / Double(done - first) * Double(total - done)
        line += "  \(Self.duration(left)) left"
      }
      if done >= total { line = "\r\u{1B}[K" }
      FileHandle.standardError.write(Data(line.utf8))
    }

    private static func duration(_ seconds: Double) -> String {
      seconds < 90 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded())) min"
    }
  }
}
