import LinearAlgebra

/// One matrix along training.
public struct MatrixTrajectory: Sendable, Codable {
  /// The update at one step.
  public struct Point: Sendable, Codable {
    /// The number of the step.
    public let step: Int
    /// The measures of ΔW(t).
    public let measures: MatrixMeasures
    /// σ₁(t).
    public let sigma1: Double
    /// ⟨ΔW(t), ΔW(T)⟩/(‖ΔW(t)‖‖ΔW(T)‖); nil where one is zero.
    public let cosineToFinal: Double?
    /// ⟨u₁(t), u₁(T)⟩ after alignment.
    public let cosineU1: Double?
    /// ⟨v₁(t), v₁(T)⟩ after alignment.
    public let cosineV1: Double?
    /// (1/K)‖V_K(t)ᵀV_K(T)‖²_F, K = 16 or the smaller rank.
    public let subspaceSimilarity: Double?
    /// The coordinate along the final rank-1 direction, u₁(T)ᵀ ΔW(t) v₁(T).
    public let rank1Coefficient: Double

    enum CodingKeys: String, CodingKey {
      case step, measures, sigma1
      case cosineToFinal = "cosine_final"
      case cosineU1 = "cosine_u1_final"
      case cosineV1 = "cosine_v1_final"
      case subspaceSimilarity = "subspace_similarity"
      case rank1Coefficient = "rank1_coefficient"
    }
  }

  /// The name of the tensor.
  public let name: String
  /// The steps in the order of training.
  public let points: [Point]
  /// The line through the rank-1 coefficient over steps.
  public let rank1Fit: LinearFit?
  /// The number of entries of u₁.
  public let directionWidth: Int
  /// ⟨u₁(s), u₁(t)⟩ over steps, shape [T, T]: all that ``ScoreRegression`` needs.
  public let directionGram: [[Double]]
  /// The leading triplets, for ``RankOnePath/extrapolated(to:)``; not encoded, nil when decoded.
  public private(set) var path: RankOnePath?

  enum CodingKeys: String, CodingKey {
    case name, points
    case rank1Fit = "rank1_fit"
    case directionWidth = "direction_width"
    case directionGram = "direction_gram"
  }

  init(name: String, points: [Point], path: RankOnePath) {
    self.name = name
    self.points = points
    rank1Fit = LinearFit(path.steps.map(Double.init), points.map(\.rank1Coefficient))
    directionWidth = path.u.columns
    let gram = path.u.gram()
    directionGram = (0..<gram.rows).map { Array(gram.row($0)) }
    self.path = path
  }
}

/// Follows matrices along training, one matrix at a time.
///
///     let tracker = TrajectoryTracker(options: options)
///     let trajectory = try tracker.follow(name: name, base: w0, steps: [10, 20, 30]) { step in
///       try update(of: name, at: step)
///     }
///
/// Holds one base, the last update and one other at a time, and of each step its leading triplet
/// and K right singular vectors.
public struct TrajectoryTracker: Sendable {
  /// What is measured of each step.
  public let options: MeasureOptions

  /// The K of ``MatrixTrajectory/Point/subspaceSimilarity``.
  ///
  /// - Source: arXiv 2606.07082.
  public static let similarityRank = 16

  /// Creates a tracker.
  public init(options: MeasureOptions = MeasureOptions()) {
    self.options = options
  }

  /// Measures every step of one matrix.
  ///
  /// - Parameters:
  ///   - name: the name of the tensor, for errors.
  ///   - base: W₀.
  ///   - steps: step numbers, ascending.
  ///   - update: reads W₀ and ΔW of a step; called once a step, and twice for the last.
  /// - Returns: the trajectory.
  /// - Throws: ``TrajectoryError/tooFewSteps(found:needed:)``, ``UpdateError``, and what `update`
  ///   throws.
  public func follow(
    name: String, base: Matrix<Float>, steps: [Int], update: (Int) throws -> MatrixUpdate
  ) throws -> MatrixTrajectory {
    guard let lastStep = steps.last, steps.count > 1 else {
      throw TrajectoryError.tooFewSteps(found: steps.count, needed: 2)
    }
    return try UpdateError.naming(name) {
      let analysis = try BaseAnalysis(of: base, options: options)
      let final = try update(lastStep).delta
      let last = try LeadingTriplets(of: final)
      var measured: [(MatrixMeasures, LeadingTriplets, cosine: Double?, coefficient: Double)] = []
      for step in steps {
        let current = try update(step)
        let isLast = step == lastStep
        let triplets = isLast ? last : try LeadingTriplets(of: current.delta)
        let change = ChangeMask(base: base, delta: current.delta)
        let size = current.delta.frobeniusNorm * final.frobeniusNorm
        measured.append(
          (
            try analysis.measures(of: current, change: change), triplets,
            cosine: size > 0 ? current.delta.innerProduct(final) / size : nil,
            coefficient: last.coefficient(of: current.delta)
          ))
      }
      let path = RankOnePath(
        steps: steps, u: measured.map(\.1.u), v: measured.map(\.1.v),
        singularValues: measured.map(\.1.sigma))
      let points = steps.indices.map { index in
        let (measures, triplets, cosine, coefficient) = measured[index]
        func cosineOfRows(_ rows: Matrix<Double>) -> Double? {
          guard triplets.sigma > 0, last.sigma > 0 else { return nil }
          return zip(rows.row(index), rows.row(steps.count - 1)).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return MatrixTrajectory.Point(
          step: steps[index], measures: measures, sigma1: triplets.sigma, cosineToFinal: cosine,
          cosineU1: cosineOfRows(path.u), cosineV1: cosineOfRows(path.v),
          subspaceSimilarity: triplets.similarity(to: last), rank1Coefficient: coefficient)
      }
      return MatrixTrajectory(name: name, points: points, path: path)
    }
  }
}

/// The leading singular triplet of an update and its K leading right singular vectors.
private struct LeadingTriplets {
  let u: [Double]
  let v: [Double]
  let sigma: Double
  /// As many rows as the update has rank, at most K.
  let right: Matrix<Double>

  init(of delta: Matrix<Float>) throws {
    let count = min(TrajectoryTracker.similarityRank, delta.rows, delta.columns)
    guard delta.elements.contains(where: { $0 != 0 }) else {
      u = Array(repeating: 0, count: delta.rows)
      v = Array(repeating: 0, count: delta.columns)
      sigma = 0
      right = Matrix(rows: 0, columns: delta.columns)
      return
    }
    let factors = try SpectralFactors(of: delta.converted(), .leading(count))
    u = Array(factors.left.row(0))
    v = Array(factors.right.row(0))
    sigma = factors.singularValues[0]
    let rank = factors.singularValues.prefix(count).count {
      !SpectralFactors.isNegligible(
        $0, of: factors.singularValues, rows: delta.rows, columns: delta.columns)
    }
    right = factors.right.rows(0..<rank)
  }

  /// |u₁ᵀ ΔW v₁| with its sign: u₁ and v₁ flip together.
  func coefficient(of delta: Matrix<Float>) -> Double {
    var sum = 0.0
    for row in 0..<delta.rows where u[row] != 0 {
      sum += u[row] * zip(delta.row(row), v).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    return sum
  }

  func similarity(to other: LeadingTriplets) -> Double? {
    let count = min(right.rows, other.right.rows)
    guard count > 0 else { return nil }
    return right.rows(0..<count).multiplied(other.right.rows(0..<count), .plain, .transposed)
      .squaredFrobeniusNorm / Double(count)
  }
}
