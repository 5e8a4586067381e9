import Foundation
import LinearAlgebra
import Statistics

/// How well u₁(t) predicts a score: one-component partial least squares over steps.
///
/// In-sample R² is near 1 on pure noise when features outnumber steps, so every R² stands beside
/// those of random walks with the same step lengths and of permuted scores.
///
/// - Source: Cai et al. 2025, arXiv 2510.00553, §3.
public struct ScoreRegression: Sendable, Equatable, Codable {
  /// R² of the three ways to predict.
  public struct Fit: Sendable, Hashable, Codable {
    /// Fitted to all steps.
    public let inSample: Double
    /// Each step predicted from all others.
    public let leaveOneOut: Double
    /// Each step from the fourth on predicted from the earlier ones; nil below six steps.
    public let forward: Double?

    enum CodingKeys: String, CodingKey {
      case inSample = "in_sample"
      case leaveOneOut = "leave_one_out"
      case forward = "forward_chained"
    }
  }

  /// The three R² under a null: bands and upper-tail p-values.
  public struct Null: Sendable, Equatable, Codable {
    /// Of ``Fit/inSample``.
    public let inSample: NullBand
    /// Of ``Fit/leaveOneOut``.
    public let leaveOneOut: NullBand
    /// Of ``Fit/forward``.
    public let forward: NullBand?
    /// (1 + #)/(S + 1) of ``Fit/inSample``.
    public let inSampleP: Double
    /// (1 + #)/(S + 1) of ``Fit/leaveOneOut``.
    public let leaveOneOutP: Double
    /// (1 + #)/(S + 1) of ``Fit/forward``.
    public let forwardP: Double?

    enum CodingKeys: String, CodingKey {
      case inSample = "in_sample"
      case leaveOneOut = "leave_one_out"
      case forward = "forward_chained"
      case inSampleP = "p_in_sample"
      case leaveOneOutP = "p_leave_one_out"
      case forwardP = "p_forward_chained"
    }
  }

  /// The R² of the scores.
  public let fit: Fit
  /// Features that walk at random with the steps' lengths, in as many dimensions.
  public let randomWalk: Null
  /// Scores in random order.
  public let permuted: Null
  /// The number of features.
  public let features: Int

  enum CodingKeys: String, CodingKey {
    case fit, permuted, features
    case randomWalk = "random_walk"
  }

  /// Regresses scores on the directions u₁(t) of some matrices, side by side.
  ///
  /// Only the Gram matrix of the features over steps enters, so cost does not grow with their
  /// number.
  ///
  /// - Parameters:
  ///   - trajectories: the matrices' trajectories, over the same steps.
  ///   - scores: one a step.
  ///   - seeds: draws of each null.
  ///   - seed: the seed of the draws.
  /// - Throws: ``TrajectoryError`` with fewer than four steps, constant scores or trajectories over
  ///   other numbers of steps; `StatisticsError` without draws.
  public init(
    trajectories: [MatrixTrajectory], scores: [Double], seeds: Int = 100, seed: UInt64 = 0
  ) throws {
    let count = scores.count
    var gram = Matrix<Double>(rows: count, columns: count)
    for trajectory in trajectories {
      guard trajectory.directionGram.count == count else {
        throw TrajectoryError.unequalSteps(
          tensor: trajectory.name, found: trajectory.directionGram.count, expected: count)
      }
      gram = gram + Matrix(rows: count, columns: count) { trajectory.directionGram[$0][$1] }
    }
    try self.init(
      gram: gram, features: trajectories.reduce(0) { $0 + $1.directionWidth }, scores: scores,
      seeds: seeds, seed: seed)
  }

  /// Regresses scores on features given by their Gram matrix over steps, shape [T, T].
  ///
  /// - Throws: as ``init(trajectories:scores:seeds:seed:)``.
  package init(
    gram: Matrix<Double>, features: Int, scores: [Double], seeds: Int, seed: UInt64
  ) throws {
    guard scores.count >= 4 else {
      throw TrajectoryError.tooFewSteps(found: scores.count, needed: 4)
    }
    guard Set(scores).count > 1 else { throw TrajectoryError.constantScores }
    let fit = Fit(gram, scores)
    let lengths = (1..<scores.count).map { step in
      max(gram[step, step] + gram[step - 1, step - 1] - 2 * gram[step, step - 1], 0).squareRoot()
    }
    var (walks, orders): ([Fit], [Fit]) = ([], [])
    for number in 0..<seeds {
      var random = CounterRandom(seed: seed, stream: "pls/walk/\(number)")
      walks.append(
        Fit(Self.walkGram(lengths: lengths, dimensions: features, using: &random), scores))
      random = CounterRandom(seed: seed, stream: "pls/order/\(number)")
      orders.append(Fit(gram, scores.shuffled(using: &random)))
    }
    self.fit = fit
    self.features = features
    randomWalk = try Null(of: fit, draws: walks)
    permuted = try Null(of: fit, draws: orders)
  }

  /// The Gram matrix of a random walk from 0 with Gaussian steps of given lengths.
  ///
  /// The Gram matrix of D-dimensional unit-variance steps is Wishart; it is drawn through Bartlett's
  /// triangular factor, at a cost that does not depend on D.
  static func walkGram(
    lengths: [Double], dimensions: Int, using random: inout CounterRandom
  ) -> Matrix<Double> {
    let steps = lengths.count
    var factor = Matrix<Double>(rows: steps, columns: min(steps, dimensions))
    for row in 0..<steps {
      for column in 0..<min(row, factor.columns) { factor[row, column] = random.gaussian() }
      if row < factor.columns {
        factor[row, row] = random.chiSquare(dimensions - row).squareRoot()
      }
    }
    var positions = Matrix<Double>(rows: steps + 1, columns: factor.columns)
    let scale = 1 / Double(dimensions).squareRoot()
    for row in 0..<steps {
      for column in 0..<factor.columns {
        positions[row + 1, column] =
          positions[row, column] + scale * lengths[row] * factor[row, column]
      }
    }
    return positions.gram()
  }
}

extension CounterRandom {
  /// A chi-square number: a sum of squares up to 64 degrees of freedom, beyond that by the
  /// Wilson–Hilferty cube, whose quantiles are right to 10⁻² standard deviations there.
  fileprivate mutating func chiSquare(_ degrees: Int) -> Double {
    if degrees <= 64 {
      return (0..<degrees).reduce(0) { sum, _ in
        let draw = gaussian()
        return sum + draw * draw
      }
    }
    let spread = 2 / (9 * Double(degrees))
    let root = 1 - spread + gaussian() * spread.squareRoot()
    return Double(degrees) * root * root * root
  }
}

extension ScoreRegression.Fit {
  /// Predicts scores in the three ways from the features' Gram matrix.
  init(_ gram: Matrix<Double>, _ scores: [Double]) {
    let all = Array(scores.indices)
    // Scores that do not vary were refused.
    inSample =
      Self.rSquared(scores, all) { Self.prediction($0, gram, scores, trainedOn: all) } ?? 0
    leaveOneOut =
      Self.rSquared(scores, all) { step in
        Self.prediction(step, gram, scores, trainedOn: all.filter { $0 != step })
      } ?? 0
    let later = Array(all.dropFirst(3))
    forward =
      later.count >= 3
      ? Self.rSquared(scores, later) { step in
        Self.prediction(step, gram, scores, trainedOn: Array(all.prefix(step)))
      } : nil
  }

  private static func rSquared(
    _ scores: [Double], _ steps: [Int], _ predict: (Int) -> Double
  ) -> Double? {
    Prediction.rSquared(predicted: steps.map(predict), truth: steps.map { scores[$0] })
  }

  /// The prediction for a step by one-component PLS, in terms of inner products.
  ///
  /// With centred features X and scores y the weight is w ∝ Xᵀy, the component t = Xw = XXᵀy, and
  /// the prediction ȳ + (x − x̄)·w · tᵀy/tᵀt.
  private static func prediction(
    _ step: Int, _ gram: Matrix<Double>, _ scores: [Double], trainedOn training: [Int]
  ) -> Double {
    let count = Double(training.count)
    let mean = training.reduce(0) { $0 + scores[$1] } / count
    let centered = training.map { scores[$0] - mean }
    let rowMeans = training.map { row in training.reduce(0) { $0 + gram[row, $1] } / count }
    let grandMean = rowMeans.reduce(0, +) / count
    /// (x − x̄)·w for a step.
    func component(_ step: Int) -> Double {
      let own = training.reduce(0) { $0 + gram[step, $1] } / count
      return training.indices.reduce(0) { sum, index in
        sum + centered[index] * (gram[step, training[index]] - own - rowMeans[index] + grandMean)
      }
    }
    let components = training.map(component)
    let energy = components.reduce(0) { $0 + $1 * $1 }
    guard energy > 0 else { return mean }
    let slope = zip(components, centered).reduce(0) { $0 + $1.0 * $1.1 } / energy
    return mean + slope * component(step)
  }
}

extension ScoreRegression.Null {
  init(of fit: ScoreRegression.Fit, draws: [ScoreRegression.Fit]) throws {
    inSample = try NullBand(draws: draws.map(\.inSample))
    leaveOneOut = try NullBand(draws: draws.map(\.leaveOneOut))
    inSampleP = MonteCarlo.pValue(of: fit.inSample, null: draws.map(\.inSample))
    leaveOneOutP = MonteCarlo.pValue(of: fit.leaveOneOut, null: draws.map(\.leaveOneOut))
    let forwardDraws = draws.compactMap(\.forward)
    forward = try forwardDraws.isEmpty ? nil : NullBand(draws: forwardDraws)
    forwardP = fit.forward.map { MonteCarlo.pValue(of: $0, null: forwardDraws) }
  }
}
