import Checkpoints
import LinearAlgebra

/// A tuned checkpoint in which some matrices are W₀ + a given update: extrapolated checkpoints.
public struct UpdatedTensors: TensorSource {
  /// All tensors, sorted by name; updated ones are F32.
  public let tensors: [TensorInfo]
  private let pair: CheckpointPair
  private let updates: [String: Matrix<Float>]
  private let infos: [String: TensorInfo]

  /// Lays updates, ΔW by tensor name in the shapes of the base, over a pair.
  public init(pair: CheckpointPair, updates: [String: Matrix<Float>]) {
    self.pair = pair
    self.updates = updates
    tensors = pair.tuned.source.tensors.map { info in
      updates[info.name] == nil ? info : TensorInfo(name: info.name, dtype: .f32, shape: info.shape)
    }
    infos = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func info(_ name: String) -> TensorInfo? { infos[name] }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let update = updates[name] else {
      return try pair.tuned.source.read(name, rows: rows, into: destination)
    }
    try pair.base.source.read(name, rows: rows, into: destination)
    let first = rows.lowerBound * update.columns
    for index in destination.indices { destination[index] += update.elements[first + index] }
  }

  public func release(_ name: String) { pair.tuned.source.release(name) }
}
