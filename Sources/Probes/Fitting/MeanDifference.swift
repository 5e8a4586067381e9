import LinearAlgebra

/// Classifiers from class means: the nearest mean, or the nearest in the within-class metric.
///
/// Class k has the score x·Aμ_k − ½ μ_k·Aμ_k; with two classes the weight is A(μ₁ − μ₀). A is the
/// identity, or the pseudo-inverse of the pooled within-class covariance (divisor n) with
/// eigenvalues below 1e-3 dropped, as in the iid form of Marks & Tegmark's mass-mean probe
/// (arXiv 2310.06824).
struct MeanDifference {
  static let eigenvalueFloor = 1e-3

  let weights: Matrix<Double>
  let intercepts: [Double]

  /// Takes features [n, d] and labels 0..<classes, each present; whitened, A is the pseudo-inverse.
  init(
    features: Matrix<Double>, labels: [Int], classes: Int, isWhitened: Bool
  ) throws {
    let width = features.columns
    var sums = [Double](repeating: 0, count: classes * width)
    var counts = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() {
      counts[label] += 1
      for (column, value) in features.row(row).enumerated() {
        sums[label * width + column] += value
      }
    }
    var means = Matrix(rows: classes, columns: width, elements: sums)
    means.scaleRows(counts.map { 1 / $0 })
    var mapped = means
    if isWhitened {
      var within = features
      let centers = means.elements
      for (row, label) in labels.enumerated() {
        for column in 0..<width {
          within.elements[row * width + column] -= centers[label * width + column]
        }
      }
      mapped = try Self.whitened(means, within: within)
    }
    let offsets = (0..<classes).map { -0.5 * dot(Array(means.row($0)), Array(mapped.row($0))) }
    if classes == 2 {
      weights = mapped.rows(1..<2) - mapped.rows(0..<1)
      intercepts = [offsets[1] - offsets[0]]
    } else {
      weights = mapped
      intercepts = offsets
    }
  }

  /// Rows times the pseudo-inverse of withinᵀ·within/n, from the smaller Gram matrix.
  private static func whitened(
    _ rows: Matrix<Double>, within: Matrix<Double>
  ) throws -> Matrix<Double> {
    let count = Double(within.rows)
    let isDual = within.columns > within.rows
    let eigen = try within.gram(isDual ? .plain : .transposed).symmetricEigen()
    let kept = eigen.values.prefix { $0 / count > eigenvalueFloor }.count
    var basis = eigen.vectors.rows(0..<kept)
    if isDual {
      // Left singular vectors to right ones: v = withinᵀu/σ.
      basis = basis * within
      basis.scaleRows(eigen.values.prefix(kept).map { 1 / $0.squareRoot() })
    }
    var coordinates = basis.multiplied(rows, .plain, .transposed)
    coordinates.scaleRows(eigen.values.prefix(kept).map { count / $0 })
    return coordinates.multiplied(basis, .transposed, .plain)
  }
}
