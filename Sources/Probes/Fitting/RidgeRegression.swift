import LinearAlgebra

/// Ridge regression with scikit-learn's objective, ‖y − Xw − b‖² + α‖w‖², intercept unpenalised.
struct RidgeRegression {
  private let space: TrainingSpace
  private let targets: [Double]
  private let mean: Double

  /// - Parameters:
  ///   - space: The training rows; column means 0.
  ///   - targets: One number a row.
  init(space: TrainingSpace, targets: [Double]) {
    self.space = space
    let mean = targets.reduce(0, +) / Double(max(targets.count, 1))
    self.mean = mean
    self.targets = targets.map { $0 - mean }
  }

  /// The optimum at one α > 0, by a Cholesky solve of order min(n, d).
  ///
  /// - Throws: ``DecompositionError`` if α is lost in rounding.
  func fit(alpha: Double) throws -> (weights: Matrix<Double>, intercept: Double) {
    let ones = [Double](repeating: 1, count: targets.count)
    let gradient = space.gradient(targets)
    let inverse = try space.inverse(weights: ones, ridge: alpha)
    let coordinates = inverse.apply(gradient, image: space.image(gradient))
    return (space.weights(coordinates), mean)
  }
}
