import LinearAlgebra

/// The leading singular triplet of one matrix's update at every step, with signs that run on.
///
/// - Source: Cai et al. 2025, arXiv 2510.00553, §3.
public struct RankOnePath: Sendable {
  /// The steps, ascending.
  public let steps: [Int]
  /// u₁(t) as rows, shape [T, m].
  public let u: Matrix<Double>
  /// v₁(t) as rows, shape [T, n].
  public let v: Matrix<Double>
  /// σ₁(t).
  public let singularValues: [Double]

  /// Aligns signs backwards from the last step: ⟨u(t), u(t+1)⟩ + ⟨v(t), v(t+1)⟩ ≥ 0.
  ///
  /// The largest entry of the last u₁ is positive. A step without an update has zero vectors and
  /// passes the sign on.
  init(steps: [Int], u: [[Double]], v: [[Double]], singularValues: [Double]) {
    var (left, right) = (u, v)
    func flip(_ index: Int) {
      left[index] = left[index].map { -$0 }
      right[index] = right[index].map { -$0 }
    }
    if let last = left.indices.last,
      let largest = left[last].max(by: { $0.magnitude < $1.magnitude }), largest < 0
    {
      flip(last)
    }
    var next = left.indices.last
    for index in left.indices.dropLast().reversed() where singularValues[index] > 0 {
      if let next {
        let agreement =
          zip(left[index], left[next]).reduce(0) { $0 + $1.0 * $1.1 }
          + zip(right[index], right[next]).reduce(0) { $0 + $1.0 * $1.1 }
        if agreement < 0 { flip(index) }
      }
      next = index
    }
    self.steps = steps
    self.singularValues = singularValues
    self.u = Matrix(
      rows: left.count, columns: left.first?.count ?? 0, elements: left.flatMap { $0 })
    self.v = Matrix(
      rows: right.count, columns: right.first?.count ?? 0, elements: right.flatMap { $0 })
  }

  /// The rank-1 update extrapolated to a step, shape [m, n].
  ///
  /// Each coordinate of σ₁(t)·u₁(t) is fitted by a line over t and read at the step; v₁ is the last
  /// one. The control for it is the first update scaled to the same norm.
  ///
  /// - Returns: nil with fewer than two steps.
  public func extrapolated(to step: Int) -> Matrix<Float>? {
    let times = steps.map(Double.init)
    let width = u.columns
    var coordinates: [Double] = []
    for column in 0..<width {
      let values = (0..<steps.count).map { singularValues[$0] * u[$0, column] }
      guard let line = LinearFit(times, values) else { return nil }
      coordinates.append(line.value(at: Double(step)))
    }
    let last = Array(v.row(steps.count - 1))
    return Matrix(rows: width, columns: last.count) { Float(coordinates[$0] * last[$1]) }
  }

  /// The first update scaled to a norm: what an extrapolation must beat.
  ///
  /// - Returns: nil for a zero update.
  public static func scaled(_ first: Matrix<Float>, toNorm norm: Double) -> Matrix<Float>? {
    let size = first.frobeniusNorm
    return size > 0 ? Float(norm / size) * first : nil
  }
}

/// A least-squares line y = slope · x + intercept.
public struct LinearFit: Sendable, Hashable, Codable {
  /// The slope.
  public let slope: Double
  /// The value at 0.
  public let intercept: Double
  /// The share of variance explained; nil where y does not vary.
  public let rSquared: Double?

  enum CodingKeys: String, CodingKey {
    case slope, intercept
    case rSquared = "r2"
  }

  /// Fits a line; nil with fewer than two points or where x does not vary.
  public init?(_ x: [Double], _ y: [Double]) {
    guard x.count == y.count, x.count > 1 else { return nil }
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    guard spread > 0 else { return nil }
    slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
    intercept = meanY - slope * meanX
    let total = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
    rSquared = total > 0 ? slope * slope * spread / total : nil
  }

  /// The line at a point.
  public func value(at x: Double) -> Double { slope * x + intercept }
}
