import Architecture
import Checkpoints

/// W₀ + s·(W₁ − W₀) of every tensor: a point on the straight path from base to tuned.
///
/// At s = 0 and s = 1 these are the values as stored.
public struct InterpolatedTensors: TensorSource {
  /// W₀ and W₁.
  public let pair: CheckpointPair
  /// s.
  public let position: Float
  /// Every tensor of the base, as F32, sorted by name.
  public let tensors: [TensorInfo]
  private let infos: [String: TensorInfo]

  /// A point of the path; no tensor is read yet.
  public init(pair: CheckpointPair, position: Float) {
    self.pair = pair
    self.position = position
    let known = Set(pair.base.weights.entries.map(\.name))
    tensors = pair.base.source.tensors.filter { known.contains($0.name) }.map {
      TensorInfo(name: $0.name, dtype: .f32, shape: $0.shape)
    }
    infos = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func info(_ name: String) -> TensorInfo? { infos[name] }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard position != 1 else {
      return try pair.tuned.source.read(name, rows: rows, into: destination)
    }
    try pair.base.source.read(name, rows: rows, into: destination)
    guard position != 0 else { return }
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: destination.count) { tuned in
      try pair.tuned.source.read(name, rows: rows, into: tuned)
      for index in destination.indices {
        destination[index] += position * (tuned[index] - destination[index])
      }
    }
  }

  public func release(_ name: String) {
    pair.base.source.release(name)
    pair.tuned.source.release(name)
  }
}
