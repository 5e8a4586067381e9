import Architecture
import LinearAlgebra
import Synchronization
import Transformer

/// Whole gradients ∂S/∂W of S = Σ weight · log-likelihood over requests, in `Double`.
///
/// Rows are added as they come: the last bits depend on the number of threads.
package final class WeightGradients: GradientSink {
  private let weights: [Double]
  private let found: Mutex<[String: [Double]]>

  /// Collects the gradients of some tensors, given one weight a request.
  package init(of entries: [WeightEntry], weights: [Double]) {
    self.weights = weights
    found = Mutex(
      Dictionary(
        entries.map { ($0.name, Array(repeating: 0, count: $0.shape.reduce(1, *))) },
        uniquingKeysWith: { first, _ in first }))
  }

  /// The gradient of a tensor, row-major.
  package subscript(tensor: String) -> [Float]? {
    found.withLock { $0[tensor]?.map { Float($0) } }
  }

  package func collect(
    _ tensor: String, _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]
  ) throws {
    found.withLock { found in
      guard var sum = found.removeValue(forKey: tensor) else { return }
      for member in rows {
        for row in member.rows {
          Self.add(
            UnsafeBufferPointer(start: gradient.row(row), count: gradient.width), use, row,
            weights[member.request], to: &sum)
        }
      }
      found[tensor] = sum
    }
  }

  private static func add(
    _ g: UnsafeBufferPointer<Float>, _ use: TensorUse, _ row: Int, _ weight: Double,
    to sum: inout [Double]
  ) {
    for (index, value) in g.enumerated() where value != 0 {
      let scale = weight * Double(value)
      switch use {
      case .linear(let x):
        let input = x.row(row)
        for column in 0..<x.width { sum[index * x.width + column] += scale * Double(input[column]) }
      case .added: sum[index] += scale
      case .scaled(let x): sum[index % sum.count] += scale * Double(x.row(row)[index])
      case .rows(let tokens): sum[tokens[row] * g.count + index] += scale
      }
    }
  }
}
