import LinearAlgebra
import Synchronization

/// Directions in the space of all weights.
///
/// A direction changes some tensors; a tensor may take part in several directions.
public protocol WeightDirections: Sendable {
  /// Number of directions.
  var count: Int { get }

  /// What the directions do to one tensor: numbers of directions, and the change in the tensor's
  /// shape, row-major.
  ///
  /// Asked from several threads, and many times for the same tensor.
  func changes(of tensor: String) throws -> [(direction: Int, elements: [Float])]
}

/// The log-likelihood of a request and how it changes along directions.
public struct RequestDerivatives: Sendable, Hashable {
  /// Σ log p(token | tokens before) over the continuation, nats.
  public var logLikelihood: Double
  /// d logLikelihood / dε of W + ε·C for each direction C, nats.
  public var along: [Double]
}

extension DecoderModel {
  /// First-order changes of log-likelihoods: ⟨∂ log p / ∂W, C⟩ = Σ_t g_tᵀ (C x_t), with x the input
  /// of a linear map and g the gradient at its output, so that no gradient of a matrix is formed.
  ///
  /// - Parameters:
  ///   - requests: Contexts and continuations.
  ///   - directions: The directions C.
  /// - Returns: One result a request; sums in `Double`.
  /// - Throws: ``TransformerError``, `CheckpointError`, and what `directions` throws.
  public func derivatives(
    of requests: [TokenScoringRequest], along directions: any WeightDirections
  ) throws -> [RequestDerivatives] {
    let sink = DirectionalDerivatives(directions, requests: requests.count)
    let likelihoods = try reversePass(requests, into: sink)
    return zip(likelihoods, sink.sums).map { RequestDerivatives(logLikelihood: $0, along: $1) }
  }
}

/// Adds up ⟨∂S/∂W, C⟩ request by request.
private final class DirectionalDerivatives: GradientSink {
  private let directions: any WeightDirections
  private let found: Mutex<[[Double]]>

  init(_ directions: any WeightDirections, requests: Int) {
    self.directions = directions
    found = Mutex(
      Array(repeating: Array(repeating: 0, count: directions.count), count: requests))
  }

  var sums: [[Double]] { found.withLock { $0 } }

  func collect(
    _ tensor: String, _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]
  ) throws {
    for (direction, change) in try directions.changes(of: tensor) {
      let products = Self.products(change, gradient, use, rows)
      found.withLock { sums in
        for (member, product) in zip(rows, products) { sums[member.request][direction] += product }
      }
    }
  }

  /// ⟨∂S/∂W, C⟩ of each request's rows.
  private static func products(
    _ change: [Float], _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]
  ) -> [Double] {
    let width = gradient.width
    switch use {
    case .linear(let x):
      let moved = RowBuffer(unwrittenRows: x.rows, width: width)
      Kernel.linear(
        x.base, rows: x.rows, inputs: x.width, weight: change, outputs: width, to: moved.base)
      return sums(rows) { Kernel.dot(moved.row($0), gradient.row($0), count: width) }
    case .added:
      return sums(rows) { Kernel.dot(change, gradient.row($0), count: width) }
    case .scaled(let x):
      return sums(rows) { row in
        let (g, input) = (gradient.row(row), x.row(row))
        return (0..<width).reduce(0) {
          $0 + Double(g[$1]) * Double(input[$1]) * Double(change[$1 % change.count])
        }
      }
    case .rows(let tokens):
      return sums(rows) { row in
        change.withUnsafeBufferPointer { table in
          guard let base = table.baseAddress, tokens[row] >= 0 else { return 0 }
          return Kernel.dot(base + tokens[row] * width, gradient.row(row), count: width)
        }
      }
    }
  }

  private static func sums(_ rows: [RequestRows], _ term: (Int) -> Double) -> [Double] {
    rows.map { $0.rows.reduce(0) { $0 + term($1) } }
  }
}
