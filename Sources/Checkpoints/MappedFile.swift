import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file mapped into memory, read-only; pages come in as they are read.
public final class MappedFile: Sendable {
  /// Where the file lies.
  public let url: URL
  /// Its size when it was opened, in bytes.
  public let count: Int
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?
  private let descriptor: Int32

  /// Maps a file.
  ///
  /// - Throws: ``CheckpointError/unreadable(path:reason:)``.
  public init(_ url: URL) throws {
    func fail() -> CheckpointError {
      .unreadable(path: url.path, reason: String(cString: strerror(errno)))
    }
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fail() }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      defer { close(descriptor) }
      throw fail()
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CheckpointError.unreadable(path: url.path, reason: "it is not a file")
    }
    let count = Int(status.st_size)
    if count > 0 {
      let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let mapping, mapping != MAP_FAILED else {
        defer { close(descriptor) }
        throw fail()
      }
      base = mapping
    } else {
      base = nil
    }
    self.url = url
    self.count = count
    self.descriptor = descriptor
  }

  deinit {
    if let base { munmap(base, count) }
    close(descriptor)
  }

  /// Calls `body` with bytes of the file.
  ///
  /// A file that was cut short would end the process when its pages are touched, so its size is
  /// checked first.
  ///
  /// - Precondition: `range` lies in the file.
  /// - Throws: ``CheckpointError/fileChanged(path:)``.
  public func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= count else {
      throw CheckpointError.fileChanged(path: url.path)
    }
    guard let base, !range.isEmpty else {
      return try body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return try body(
      UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Tells the system that pages are not needed for now.
  public func release(_ range: Range<Int>) {
    guard let base else { return }
    let page = Int(getpagesize())
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound / page * page
    if last > first { madvise(base + first, last - first, MADV_DONTNEED) }
  }
}
