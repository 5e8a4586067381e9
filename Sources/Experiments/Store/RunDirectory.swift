import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A run directory: `plan.json`, `results.sqlite`, tables and the page beside them.
public final class RunDirectory: Sendable {
  /// Where it lies.
  public let url: URL
  /// Its results.
  public let store: RunStore
  private let lock: FileLock?
  private let isTemporary: Bool

  /// The store's file name.
  static let storeName = "results.sqlite"
  /// The plan's file name.
  static let planName = "plan.json"

  private init(url: URL, store: RunStore, lock: FileLock?, isTemporary: Bool) {
    self.url = url
    self.store = store
    self.lock = lock
    self.isTemporary = isTemporary
  }

  deinit {
    if isTemporary { try? FileManager.default.removeItem(at: url) }
  }

  /// Makes a run directory for a plan, or goes on with the one that is there.
  ///
  /// Without a place it is a temporary directory that vanishes with the process.
  ///
  /// - Throws: ``ExperimentError/otherWork(directory:differences:)`` if it holds other work.
  public static func open<P: Plan>(_ url: URL?, for resolved: ResolvedPlan<P>) throws
    -> RunDirectory
  {
    let files = FileManager.default
    let directory =
      url
      ?? files.temporaryDirectory.appendingPathComponent("offaxis-\(UUID().uuidString)")
    do {
      try files.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw ExperimentError.unwritable(
        path: directory.path, reason: error.localizedDescription)
    }
    guard files.isWritableFile(atPath: directory.path) else {
      throw ExperimentError.unwritable(path: directory.path, reason: "permission denied")
    }
    let planURL = directory.appendingPathComponent(planName)
    let hasPlan = files.fileExists(atPath: planURL.path)
    if !hasPlan {
      let contents = try files.contentsOfDirectory(atPath: directory.path)
      if contents.contains(storeName) {
        throw ExperimentError.noRun(
          directory: directory.path, problem: "it has \(storeName) but no \(planName)")
      }
    }
    let lock = try FileLock(directory.appendingPathComponent(".lock"), directory: directory)
    let planFile = try PlanFile(resolved)
    if hasPlan {
      try requireSameWork(planFile, in: directory)
    } else {
      try AtomicFile.write(planFile.text + "\n", to: planURL)
    }
    let store = try RunStore(file: directory.appendingPathComponent(storeName))
    if try store.value("plan") == nil {
      try store.set("plan", to: planFile.text)
      try store.set("command", to: P.command)
      try store.set("provenance", to: CanonicalJSON.text(try resolved.provenance))
    }
    return RunDirectory(url: directory, store: store, lock: lock, isTemporary: url == nil)
  }

  /// Opens a finished or unfinished run for reading.
  ///
  /// - Throws: ``ExperimentError/noRun(directory:problem:)``.
  public static func read(_ url: URL) throws -> RunDirectory {
    let file = url.appendingPathComponent(storeName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw ExperimentError.noRun(
        directory: url.path, problem: "no \(storeName) there; `--run DIR` of a command makes one")
    }
    let store = try RunStore(file: file, readOnly: true)
    return RunDirectory(url: url, store: store, lock: nil, isTemporary: false)
  }

  private static func requireSameWork<P: Plan>(_ wanted: PlanFile<P>, in directory: URL) throws {
    let found: PlanFile<P>
    do {
      found = try PlanFile<P>(contentsOf: directory.appendingPathComponent(planName))
    } catch {
      throw ExperimentError.otherWork(directory: directory.path, differences: ["\(error)"])
    }
    guard found.hash != wanted.hash else { return }
    var differences = try PlanText.differences(
      between: found.plan.withoutPaths, and: wanted.plan.withoutPaths)
    let before = Dictionary(
      (found.inputs ?? []).map { ("\($0.role)/\($0.name)", $0.sha256) },
      uniquingKeysWith: { first, _ in first })
    for input in wanted.inputs ?? [] where before["\(input.role)/\(input.name)"] != input.sha256 {
      differences.append("the contents of \(input.role)/\(input.name) differ")
    }
    if differences.isEmpty { differences = ["its inputs differ"] }
    throw ExperimentError.otherWork(directory: directory.path, differences: differences)
  }
}

/// Keeps other processes from writing the same directory; released with the process.
private final class FileLock: Sendable {
  private let descriptor: Int32

  init(_ file: URL, directory: URL) throws {
    descriptor = open(file.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ExperimentError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ExperimentError.busy(directory: directory.path)
    }
  }

  deinit { close(descriptor) }
}
