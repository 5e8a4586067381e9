import LinearAlgebra

/// The coordinates in which a linear model is fitted: features, or training rows if those are fewer.
///
/// The L2 penalty keeps every weight vector in the span of the training rows, w = Xᵀα. With more
/// features than rows the coordinates are therefore α, scores are K·α with K = X·Xᵀ, and lengths
/// are measured by ‖w‖² = αᵀKα. The optimum is the same. Centred or equal rows make K singular, and
/// what a singular metric cannot see would grow unchecked: K carries ``jitter`` on its diagonal,
/// which moves scores by at most jitter·(trace K/n)·C.
struct TrainingSpace {
  /// Relative to the mean of K's diagonal; far above rounding, far below any penalty.
  static let jitter = 1e-11

  /// The training rows, [n, d].
  let features: Matrix<Double>
  /// K of shape [n, n] if d > n.
  private let kernel: Matrix<Double>?

  init(_ features: Matrix<Double>) {
    self.features = features
    guard features.columns > features.rows else {
      kernel = nil
      return
    }
    var kernel = features.gram()
    let trace = (0..<kernel.rows).reduce(0) { $0 + kernel[$1, $1] }
    for index in 0..<kernel.rows {
      kernel[index, index] += Self.jitter * trace / Double(kernel.rows)
    }
    self.kernel = kernel
  }

  /// Number of coordinates, min(n, d).
  var dimensions: Int { kernel == nil ? features.columns : features.rows }

  /// Scores of the training rows, [outputs, n], of coordinates [outputs, dimensions].
  func scores(_ coordinates: [Double]) -> [Double] {
    if let kernel { kernel.rowProducts(coordinates) } else { features.rowProducts(coordinates) }
  }

  /// Whether a vector's metric image equals its scores, as in the coordinates of training rows.
  var scoresAreImages: Bool { kernel != nil }

  /// The vectors that give inner products: ⟨a, b⟩ = a · image(b).
  func image(_ coordinates: [Double]) -> [Double] {
    kernel?.rowProducts(coordinates) ?? coordinates
  }

  /// The gradient in these coordinates of a loss whose derivatives by the scores are [outputs, n].
  func gradient(_ derivatives: [Double]) -> [Double] {
    kernel == nil ? features.combinations(derivatives) : derivatives
  }

  /// Weights by feature, [outputs, d].
  func weights(_ coordinates: [Double]) -> Matrix<Double> {
    let elements = kernel == nil ? coordinates : features.combinations(coordinates)
    return Matrix(
      rows: elements.count / max(features.columns, 1), columns: features.columns,
      elements: elements)
  }

  /// The inverse of XᵀDX + λI for a diagonal D, as a map of coordinates.
  ///
  /// In coordinates of rows (Woodbury): (γ − D^½ (λI + D^½KD^½)⁻¹ D^½ Kγ)/λ.
  ///
  /// - Throws: ``DecompositionError`` if λ is lost in rounding.
  func inverse(weights: [Double], ridge: Double) throws -> RidgedInverse {
    let roots = weights.map { $0.squareRoot() }
    var system: Matrix<Double>
    if let kernel {
      system = kernel
      system.scaleSymmetrically(roots)
    } else {
      var scaled = features
      scaled.scaleRows(roots)
      system = scaled.gram(.transposed)
    }
    for index in 0..<system.rows { system[index, index] += ridge }
    return RidgedInverse(
      factor: try Cholesky(system), roots: kernel == nil ? nil : roots, ridge: ridge)
  }

  /// A factorised XᵀDX + λI.
  struct RidgedInverse {
    fileprivate let factor: Cholesky<Double>
    /// The roots of D where coordinates are those of rows.
    fileprivate let roots: [Double]?
    fileprivate let ridge: Double

    /// Applies the inverse to each of [outputs, dimensions], given with their metric images.
    func apply(_ vectors: [Double], image: [Double]) -> [Double] {
      var inner = image
      guard let roots else {
        factor.solve(rows: &inner)
        return inner
      }
      let count = roots.count
      for index in inner.indices { inner[index] *= roots[index % count] }
      factor.solve(rows: &inner)
      for index in inner.indices {
        inner[index] = (vectors[index] - roots[index % count] * inner[index]) / ridge
      }
      return inner
    }
  }
}
