import JSON

/// A base with an adapter laid over it: W₀ + s·B·A, computed in `Double`, rounded once to `Float`.
final class AdaptedTensors: TensorSource {
  private let base: any TensorSource
  private let adapter: LoRAAdapter
  private let infos: TensorDirectory<TensorInfo>

  init(base: any TensorSource, adapter: LoRAAdapter) {
    self.base = base
    self.adapter = adapter
    infos = TensorDirectory(
      base.tensors.map { info in
        let isBase = adapter.updates[info.name] == nil && adapter.replacements[info.name] == nil
        let own = TensorInfo(name: info.name, dtype: .f32, shape: info.shape)
        return (info: isBase ? info : own, value: isBase ? info : own)
      })
  }

  var tensors: [TensorInfo] { infos.tensors }

  func info(_ name: String) -> TensorInfo? { infos[name] }

  func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    if let replacement = adapter.replacements[name] {
      return try adapter.file.read(replacement, rows: rows, into: destination)
    }
    guard adapter.updates[name] != nil else {
      return try base.read(name, rows: rows, into: destination)
    }
    let wide = UnsafeMutableBufferPointer<Double>.allocate(capacity: destination.count)
    defer { wide.deallocate() }
    try readDouble(name, rows: rows, into: wide)
    for index in destination.indices { destination[index] = Float(wide[index]) }
  }

  func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    if let replacement = adapter.replacements[name] {
      return try adapter.file.readDouble(replacement, rows: rows, into: destination)
    }
    try base.readDouble(name, rows: rows, into: destination)
    try adapter.updates[name]?.add(rows: rows, to: destination)
  }

  func release(_ name: String) { base.release(name) }
}
