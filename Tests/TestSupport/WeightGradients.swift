import Architecture
import LinearAlgebra
import Synchronization
import Transformer

/// The gradient of each request's log-likelihood with respect to some tensors, in `Double`.
package final class WeightGradients: GradientSink {
  private let found: Mutex<[String: [[Double]]]>

  /// Collects the gradients of some tensors for so many requests.
  package init(of entries: [WeightEntry], requests: Int) {
    found = Mutex(
      Dictionary(
        entries.map { entry in
          let zeros = [Double](repeating: 0, count: entry.shape.reduce(1, *))
          return (entry.name, Array(repeating: zeros, count: requests))
        }, uniquingKeysWith: { first, _ in first }))
  }

  /// The gradients of a tensor, row-major, one a request; none of a tensor that is not collected.
  package subscript(tensor: String) -> [[Double]] {
    found.withLock { $0[tensor] ?? [] }
  }

  package func collect(
    _ tensor: String, _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]
  ) throws {
    found.withLock { found in
      guard var sums = found.removeValue(forKey: tensor) else { return }
      for member in rows {
        for row in member.rows {
          Self.add(
            UnsafeBufferPointer(start: gradient.row(row), count: gradient.width), use, row,
            to: &sums[member.request])
        }
      }
      found[tensor] = sums
    }
  }

  private static func add(
    _ g: UnsafeBufferPointer<Float>, _ use: TensorUse, _ row: Int, to sum: inout [Double]
  ) {
    for (index, value) in g.enumerated() where value != 0 {
      let value = Double(value)
      switch use {
      case .linear(let x):
        let input = x.row(row)
        for column in 0..<x.width { sum[index * x.width + column] += value * Double(input[column]) }
      case .added: sum[index] += value
      case .scaled(let x): sum[index % sum.count] += value * Double(x.row(row)[index])
      case .rows(let tokens): sum[tokens[row] * g.count + index] += value
      }
    }
  }
}
