import Checkpoints
import LinearAlgebra
import Synchronization

/// Weights of a model, widened to `Float` when they are first asked for.
///
/// A resident store keeps them; a streamed store forgets them, so that one layer is in memory at a
/// time. A store laid over another shares all weights that it does not change.
final class WeightStore: Sendable {
  private let source: any TensorSource
  private let parent: WeightStore?
  private let own: Set<String>?
  private let keeps: Bool
  private let cache = Mutex<[String: [Float]]>([:])

  /// A store of all tensors of a source.
  init(_ source: any TensorSource, keeps: Bool) {
    self.source = source
    self.keeps = keeps
    parent = nil
    own = nil
  }

  /// A store in which `names` come from another source.
  init(_ source: any TensorSource, changing names: Set<String>, over parent: WeightStore) {
    self.source = source
    self.parent = parent
    own = names
    keeps = parent.keeps
  }

  /// The elements of a tensor, row-major.
  func elements(_ name: String) throws -> [Float] {
    if let own, let parent, !own.contains(name) { return try parent.elements(name) }
    if let known = cache.withLock({ $0[name] }) { return known }
    let info = try source.require(name)
    let elements = try [Float](unsafeUninitializedCapacity: info.elementCount) { buffer, count in
      try source.read(
        name, rows: 0..<info.rows,
        into: UnsafeMutableBufferPointer(rebasing: buffer[..<info.elementCount]))
      count = info.elementCount
    }
    source.release(name)
    if keeps { cache.withLock { $0[name] = elements } }
    return elements
  }

  /// Copies rows of a matrix, from memory if it is there, else from the source.
  func copyRows(
    _ rows: Range<Int>, of name: String, width: Int, to target: UnsafeMutablePointer<Float>
  ) throws {
    if let own, let parent, !own.contains(name) {
      return try parent.copyRows(rows, of: name, width: width, to: target)
    }
    let known = cache.withLock { $0[name] }
    let buffer = UnsafeMutableBufferPointer(start: target, count: rows.count * width)
    if let known {
      _ = buffer.update(fromContentsOf: known[rows.lowerBound * width..<rows.upperBound * width])
    } else {
      try source.read(name, rows: rows, into: buffer)
    }
  }
}
