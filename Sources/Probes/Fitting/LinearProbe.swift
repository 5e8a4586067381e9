import LinearAlgebra

/// A trained linear map from an activation to class scores or a number.
///
/// It carries its standardisation, so it reads activations as they are captured, of any model.
public struct LinearProbe: Sendable, Equatable, Codable {
  /// How a probe is trained.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// L2-penalised logistic regression; multinomial for three or more classes.
    case logistic
    /// L2-penalised least squares, for numbers.
    case ridge
    /// The nearest class mean.
    case meanDifference = "difference-of-means"
    /// The nearest class mean in the within-class metric.
    case whitenedDifference = "whitened-difference"
  }

  /// How it was trained.
  public let kind: Kind
  /// Class names, sorted; empty for numbers.
  public let classes: [String]
  /// Weights by standardised feature, [outputs, d]; one output for two classes (the score of the
  /// second) and for numbers.
  public let weights: [[Double]]
  /// One intercept an output.
  public let intercepts: [Double]
  /// Subtracted from each feature.
  public let mean: [Double]
  /// Divides each feature.
  public let scale: [Double]
  /// The inverse penalty it was trained with (`ridge`: α = 1/C); nil for the mean differences.
  public let c: Double?
  /// Iterations of the optimiser, `n_iter_`; 0 where the solution is direct.
  public let iterations: Int

  /// Width of the activations it reads.
  public var width: Int { mean.count }

  /// Weights by raw feature, [outputs, d]: the gradients of the scores in activation space.
  public var rawWeights: [[Double]] {
    weights.map { zip($0, scale).map { $0 / $1 } }
  }

  /// The direction along which the score grows fastest in activation space, of unit length: for
  /// three or more classes the first right singular vector of the raw weights, its sign towards the
  /// class with the largest weight.
  public var direction: [Double] {
    let raw = rawWeights
    guard raw.count > 1 else { return Self.normalized(raw.first ?? []) }
    let matrix = Matrix(rows: raw.count, columns: width, elements: raw.flatMap { $0 })
    guard let eigen = try? matrix.gram().symmetricEigen() else { return Self.normalized(raw[0]) }
    let leading = Array(eigen.vectors.row(0))
    let largest = leading.max { abs($0) < abs($1) } ?? 1
    return Self.normalized(matrix.combinations(leading.map { largest < 0 ? -$0 : $0 }))
  }

  private static func normalized(_ vector: [Double]) -> [Double] {
    let norm = dot(vector, vector).squareRoot()
    return norm > 0 ? vector.map { $0 / norm } : vector
  }

  /// Scores of activations, [outputs, n], output after output.
  ///
  /// Activations are [n, d], not standardised.
  ///
  /// - Throws: ``ProbeError/shape(what:expected:found:)``.
  /// - Numerics: float64.
  public func scores(_ activations: Matrix<Float>) throws -> [[Double]] {
    try scores(activations, rows: Array(0..<activations.rows))
  }

  package func scores(_ activations: Matrix<Float>, rows: [Int]) throws -> [[Double]] {
    guard activations.columns == width else {
      throw ProbeError.shape(
        what: "width of the activations", expected: width, found: activations.columns)
    }
    let raw = rawWeights
    return zip(raw, intercepts).map { weights, intercept in
      let shift = intercept - dot(weights, mean)
      return activations.elements.withUnsafeBufferPointer { source in
        rows.map { row in
          var sum = 0.0
          for column in 0..<width { sum += Double(source[row * width + column]) * weights[column] }
          return sum + shift
        }
      }
    }
  }

  /// The class each row of scores belongs to, as an index of ``classes``.
  package func predictedClasses(_ scores: [[Double]]) -> [Int] {
    guard scores.count > 1 else { return scores[0].map { $0 > 0 ? 1 : 0 } }
    return scores[0].indices.map { row in
      scores.indices.max { (scores[$0][row], $1) < (scores[$1][row], $0) } ?? 0
    }
  }
}
