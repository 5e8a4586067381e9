import LinearAlgebra

/// A base with an adapter laid over it: W₀ + s·B·A, computed in `Double`, rounded once to `Float`.
final class AdaptedTensors: TensorSource {
  let tensors: [TensorInfo]
  private let base: any TensorSource
  private let adapter: LoRAAdapter
  private let infos: [String: TensorInfo]

  init(base: any TensorSource, adapter: LoRAAdapter) {
    self.base = base
    self.adapter = adapter
    tensors = base.tensors.map { info in
      adapter.factors[info.name] == nil && adapter.replacements[info.name] == nil
        ? info : TensorInfo(name: info.name, dtype: .f32, shape: info.shape)
    }
    infos = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func info(_ name: String) -> TensorInfo? { infos[name] }

  func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    if let replacement = adapter.replacements[name] {
      return try adapter.file.read(replacement, rows: rows, into: destination)
    }
    guard adapter.factors[name] != nil else {
      return try base.read(name, rows: rows, into: destination)
    }
    try withUnsafeTemporaryAllocation(of: Double.self, capacity: destination.count) { wide in
      try readDouble(name, rows: rows, into: wide)
      for index in destination.indices { destination[index] = Float(wide[index]) }
    }
  }

  func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    if let replacement = adapter.replacements[name] {
      return try adapter.file.readDouble(replacement, rows: rows, into: destination)
    }
    try base.readDouble(name, rows: rows, into: destination)
    guard let factors = adapter.factors[name] else { return }
    let b: Matrix<Double> = factors.b.rows(rows).converted()
    let delta = factors.scale * b.multiplied(factors.a.converted())
    for (index, value) in delta.elements.enumerated() { destination[index] += value }
  }

  func release(_ name: String) { base.release(name) }
}
