import LinearAlgebra

/// Tensors held in memory: tests, captured activations, small results.
public struct InMemoryTensors: TensorSource {
  /// All tensors, sorted by name.
  public let tensors: [TensorInfo]
  private let values: [String: (info: TensorInfo, elements: [Float])]

  /// Holds tensors as F32, or as another dtype whose values they are rounded to.
  ///
  /// - Precondition: every shape holds as many elements as it is given.
  public init(_ tensors: [(name: String, shape: [Int], elements: [Float])], dtype: DType = .f32) {
    let entries = tensors.map { tensor in
      let info = TensorInfo(name: tensor.name, dtype: dtype, shape: tensor.shape)
      precondition(info.elementCount == tensor.elements.count)
      let elements = dtype == .bf16 ? tensor.elements.map(BFloat16.rounded) : tensor.elements
      return (info: info, elements: elements)
    }
    self.tensors = entries.map(\.info).sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    values = Dictionary(entries.map { ($0.info.name, $0) }, uniquingKeysWith: { _, last in last })
  }

  public func info(_ name: String) -> TensorInfo? { values[name]?.info }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let value = values[name] else {
      throw CheckpointError.missingTensor(name: name, location: "memory")
    }
    let columns = value.info.columns
    _ = destination.update(
      fromContentsOf: value.elements[rows.lowerBound * columns..<rows.upperBound * columns])
  }
}
