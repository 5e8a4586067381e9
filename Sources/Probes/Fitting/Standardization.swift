import LinearAlgebra

/// Mean and scale of each feature, measured on the training rows only.
///
/// As scikit-learn's `StandardScaler`: x ↦ (x − mean)/scale with the population standard deviation;
/// the scale of a feature that does not vary is 1.
struct Standardization: Sendable {
  let mean: [Double]
  let scale: [Double]

  /// Measures the rows of a matrix; float64, in two passes, in the order given.
  ///
  /// Without `scales` features are centred only, which changes no optimum: the intercept is free.
  init(_ activations: Matrix<Float>, rows: [Int], scales: Bool) {
    let width = activations.columns
    var mean = [Double](repeating: 0, count: width)
    var square = [Double](repeating: 0, count: width)
    let count = Double(max(rows.count, 1))
    activations.elements.withUnsafeBufferPointer { source in
      for row in rows {
        for column in 0..<width { mean[column] += Double(source[row * width + column]) }
      }
      for column in 0..<width { mean[column] /= count }
      guard scales else { return }
      for row in rows {
        for column in 0..<width {
          let deviation = Double(source[row * width + column]) - mean[column]
          square[column] += deviation * deviation
        }
      }
    }
    self.mean = mean
    // Below ten roundings of the mean a deviation is no variation.
    scale = zip(mean, square).map { mean, square in
      let deviation = (square / count).squareRoot()
      return deviation > 10 * .ulpOfOne * max(abs(mean), .leastNormalMagnitude) ? deviation : 1
    }
  }

  /// Rows of activations, standardised, of shape [rows, features].
  func applied(to activations: Matrix<Float>, rows: [Int]) -> Matrix<Double> {
    let width = activations.columns
    let inverse = scale.map { 1 / $0 }
    let elements = [Double](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
      activations.elements.withUnsafeBufferPointer { source in
        for (target, row) in rows.enumerated() {
          for column in 0..<width {
            buffer[target * width + column] =
              (Double(source[row * width + column]) - mean[column]) * inverse[column]
          }
        }
      }
      count = rows.count * width
    }
    return Matrix(rows: rows.count, columns: width, elements: elements)
  }
}
