import LinearAlgebra

/// Tensors held in memory: tests, captured activations, small results.
public struct InMemoryTensors: TensorSource {
  private let values: TensorDirectory<Tensor>

  private struct Tensor {
    let info: TensorInfo
    let elements: [Float]
  }

  /// Holds tensors as F32, or as another dtype whose values they are rounded to.
  ///
  /// - Precondition: Every shape holds as many elements as it is given; names are unique.
  public init(_ tensors: [(name: String, shape: [Int], elements: [Float])], dtype: DType = .f32) {
    values = TensorDirectory(
      tensors.map { tensor in
        let info = TensorInfo(name: tensor.name, dtype: dtype, shape: tensor.shape)
        precondition(info.elementCount == tensor.elements.count)
        let elements =
          switch dtype {
          case .bf16: tensor.elements.map(BFloat16.rounded)
          case .f16: tensor.elements.map { Float(Float16($0)) }
          case .f32, .f64: tensor.elements
          }
        return (info: info, value: Tensor(info: info, elements: elements))
      })
  }

  /// All tensors, sorted by name.
  public var tensors: [TensorInfo] { values.tensors }

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
