import LinearAlgebra

/// Logistic regression with scikit-learn's objective: Σ wᵢ·lossᵢ / Σw + ‖W‖²/(2·C·Σw), intercept
/// unpenalised, multinomial for three or more classes.
///
/// L-BFGS (Liu & Nocedal 1989) whose initial inverse Hessian is the ridged Gram matrix at the
/// starting point, factorised once. A line search on the derivative alone, which is monotone
/// because the objective is convex, costs no product. Fits at several C start from each other.
struct LogisticRegression {
  /// An optimum.
  struct Fit {
    /// Shape [outputs, d].
    let weights: Matrix<Double>
    let intercepts: [Double]
    let iterations: Int
    /// ‖∇‖₂ of the objective above.
    let gradientNorm: Double
  }

  /// The most iterations of one fit.
  static let iterationLimit = 1000
  /// Iterations after which the inverse Hessian is factorised anew.
  private static let refreshInterval = 20

  private let space: TrainingSpace
  private let loss: LogisticLoss
  private let tolerance: Double
  /// Coordinates of every output, then the intercepts.
  private var point: [Double]
  /// Scores of the training rows at `point`, [outputs, n].
  private var scores: [Double]

  /// Starts at zero; every label of 0..<classes is present, a fit ends at ‖∇‖₂ ≤ tolerance.
  init(
    space: TrainingSpace, labels: [Int], classes: Int, weights: [Double], tolerance: Double
  ) {
    self.space = space
    loss = LogisticLoss(labels: labels, classes: classes, weights: weights)
    self.tolerance = tolerance
    point = Array(repeating: 0, count: loss.outputs * (space.dimensions + 1))
    scores = Array(repeating: 0, count: loss.outputs * labels.count)
  }

  /// Minimises the objective at one C, starting from the last optimum.
  ///
  /// - Throws: ``ProbeError/notConverged(iterations:gradientNorm:tolerance:)``.
  mutating func fit(c: Double) throws -> Fit {
    let ridge = 1 / c
    let total = loss.weights.reduce(0, +)
    var derivatives = loss.derivatives(scores)
    var gradient = gradient(derivatives, ridge)
    var history = CurvaturePairs()
    var inverse = try inverse(ridge)
    var iterations = 0
    var norm = gradient.norm / total
    while norm > tolerance {
      guard iterations < Self.iterationLimit, norm.isFinite else {
        throw ProbeError.notConverged(
          iterations: iterations, gradientNorm: norm, tolerance: tolerance)
      }
      if iterations > 0, iterations % Self.refreshInterval == 0 {
        inverse = try self.inverse(ridge)
        history = CurvaturePairs()
      }
      let step = descent(history.apply(to: gradient, initial: inverse.apply), ridge)
      let length = lineSearch(along: step, from: derivatives)
      add(step.direction.vector, times: length, to: &point)
      add(step.scores, times: length, to: &scores)
      derivatives = loss.derivatives(scores)
      let next = self.gradient(derivatives, ridge)
      history.append(step: step.direction.scaled(by: length), change: next.minus(gradient))
      gradient = next
      norm = gradient.norm / total
      iterations += 1
    }
    let split = loss.outputs * space.dimensions
    return Fit(
      weights: space.weights(Array(point[..<split])), intercepts: Array(point[split...]),
      iterations: iterations, gradientNorm: norm)
  }

  /// A direction with its scores and what it adds to the penalty's derivative.
  private struct Step {
    let direction: MetricVector
    let scores: [Double]
    /// λ⟨w, direction⟩ and λ⟨direction, direction⟩, intercepts apart.
    let penaltySlope: Double
    let penaltyCurvature: Double
  }

  private func gradient(_ derivatives: [Double], _ ridge: Double) -> MetricVector {
    var coordinates = space.gradient(derivatives)
    for index in coordinates.indices { coordinates[index] += ridge * point[index] }
    let count = loss.labels.count
    let intercepts = (0..<loss.outputs).map { output in
      derivatives[output * count..<(output + 1) * count].reduce(0, +)
    }
    return MetricVector(
      vector: coordinates + intercepts, image: space.image(coordinates) + intercepts)
  }

  private func descent(_ vector: [Double], _ ridge: Double) -> Step {
    let split = loss.outputs * space.dimensions
    let count = loss.labels.count
    let negated = vector.map { -$0 }
    let coordinates = Array(negated[..<split])
    var scores = space.scores(coordinates)
    let image = space.scoresAreImages ? scores : coordinates
    let slope = ridge * dot(Array(point[..<split]), image)
    let curvature = ridge * dot(coordinates, image)
    for output in 0..<loss.outputs {
      let intercept = negated[split + output]
      for row in output * count..<(output + 1) * count { scores[row] += intercept }
    }
    return Step(
      direction: MetricVector(vector: negated, image: image + negated[split...]),
      scores: scores, penaltySlope: slope, penaltyCurvature: curvature)
  }

  /// A step length at which the derivative along the step has fallen to a quarter.
  private func lineSearch(along step: Step, from derivatives: [Double]) -> Double {
    func slope(_ length: Double) -> Double {
      var trial = scores
      add(step.scores, times: length, to: &trial)
      return dot(loss.derivatives(trial), step.scores) + step.penaltySlope
        + length * step.penaltyCurvature
    }
    let first = dot(derivatives, step.scores) + step.penaltySlope
    var (low, lowSlope) = (0.0, first)
    var high: (length: Double, slope: Double)?
    var length = 1.0
    for _ in 0..<40 {
      let value = slope(length)
      if abs(value) <= 0.25 * abs(first) { break }
      if value < 0 { (low, lowSlope) = (length, value) } else { high = (length, value) }
      if let high {
        let share = lowSlope / (lowSlope - high.slope)
        length = low + min(max(share, 0.05), 0.95) * (high.length - low)
      } else {
        length *= 2
      }
    }
    return length
  }

  /// The initial inverse Hessian: outputs apart, intercepts apart.
  private func inverse(_ ridge: Double) throws -> InitialInverse {
    let curvatures = loss.curvatures(scores)
    return InitialInverse(
      coordinates: try space.inverse(weights: curvatures, ridge: ridge),
      split: loss.outputs * space.dimensions,
      intercept: max(curvatures.reduce(0, +), .leastNormalMagnitude))
  }

  private struct InitialInverse {
    let coordinates: TrainingSpace.RidgedInverse
    let split: Int
    let intercept: Double

    func apply(_ gradient: MetricVector) -> [Double] {
      coordinates.apply(Array(gradient.vector[..<split]), image: Array(gradient.image[..<split]))
        + gradient.vector[split...].map { $0 / intercept }
    }
  }
}
