import LinearAlgebra

/// How the singular values and leading subspaces of W₀ moved to those of W₁.
struct SpectrumShift: Sendable {
  /// ‖σ(W₁) − σ(W₀)‖₂/‖σ(W₀)‖₂.
  let nss: Double
  /// Angles between the leading left singular subspaces.
  let anglesU: PrincipalAngles
  /// Angles between the leading right singular subspaces.
  let anglesV: PrincipalAngles
  /// Wedin's, Weyl's and Hoffman and Wielandt's bounds.
  let bounds: PerturbationBounds
  /// Leading singular vectors of W₁ that are none of W₀'s, left and right.
  let intruders: (u: Int, v: Int)

  /// Decomposes W₁ and compares.
  ///
  /// - Parameters:
  ///   - tuned: W₁ in Double.
  ///   - base: W₀ in Double and its factors, with all singular values.
  ///   - rank: k.
  ///   - delta: ‖ΔW‖₂ and ‖ΔW‖²_F.
  /// - Throws: ``DecompositionError``.
  init(
    to tuned: Matrix<Double>, from base: (matrix: Matrix<Double>, factors: SpectralFactors),
    rank: Int, delta: (spectralNorm: Double, energy: Double)
  ) throws {
    let count = min(MeasureOptions.intruderCount, tuned.rows, tuned.columns)
    let after = try SpectralFactors(of: tuned, .all(vectors: max(rank, count)))
    let (before, now) = try Self.comparableValues(base, (tuned, after))
    let shifts = zip(now, before).map { $0 - $1 }
    let shiftEnergy = shifts.reduce(0) { $0 + $1 * $1 }
    nss = (shiftEnergy / before.reduce(0) { $0 + $1 * $1 }).squareRoot()
    anglesU = try PrincipalAngles(
      between: base.factors.left.rows(0..<rank), and: after.left.rows(0..<rank))
    anglesV = try PrincipalAngles(
      between: base.factors.right.rows(0..<rank), and: after.right.rows(0..<rank))
    let next = rank < now.count ? now[rank] : 0
    bounds = PerturbationBounds(
      wedin: PerturbationBounds.Check(
        observed: max(anglesU.largestSine, anglesV.largestSine),
        bound: before[rank - 1] > next ? delta.spectralNorm / (before[rank - 1] - next) : nil),
      weyl: PerturbationBounds.Check(
        observed: shifts.reduce(0) { max($0, $1.magnitude) }, bound: delta.spectralNorm),
      hoffmanWielandt: PerturbationBounds.Check(observed: shiftEnergy, bound: delta.energy))
    let cosines = base.factors.largestCosines(
      with: (after.left.rows(0..<count), after.right.rows(0..<count)), in: base.matrix)
    intruders = (
      cosines.left.count { $0 < MeasureOptions.intruderThreshold },
      cosines.right.count { $0 < MeasureOptions.intruderThreshold }
    )
  }

  /// Both spectra, from SVDs where the errors of the Gram matrices could show in their difference.
  private static func comparableValues(
    _ base: (matrix: Matrix<Double>, factors: SpectralFactors),
    _ tuned: (matrix: Matrix<Double>, factors: SpectralFactors)
  ) throws -> ([Double], [Double]) {
    let (before, now) = (base.factors.singularValues, tuned.factors.singularValues)
    let shift = zip(now, before).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    if max(base.factors.valueError, tuned.factors.valueError) < 1e-6 * shift {
      return (before, now)
    }
    return try (base.matrix.singularValues(), tuned.matrix.singularValues())
  }
}

extension SpectralFactors {
  /// For each of some unit vectors its largest |cos| with the singular vectors of the matrix.
  ///
  /// - Parameters:
  ///   - vectors: rows of shape [c, m] and [c, n].
  ///   - matrix: the decomposed matrix; the side on which few vectors are kept is reached through
  ///     v_iᵀx = u_iᵀW x/σ_i.
  /// - Returns: one number a vector.
  fileprivate func largestCosines(
    with vectors: (left: Matrix<Double>, right: Matrix<Double>), in matrix: Matrix<Double>
  ) -> (left: [Double], right: [Double]) {
    let full = singularValues.count
    func largest(_ cosines: Matrix<Double>, dividedBySingularValues: Bool) -> [Double] {
      (0..<cosines.rows).map { row in
        zip(cosines.row(row), singularValues).reduce(0) {
          max($0, abs($1.0) / (dividedBySingularValues ? $1.1 : 1))
        }
      }
    }
    func direct(_ vectors: Matrix<Double>, _ basis: Matrix<Double>) -> [Double] {
      largest(vectors.multiplied(basis, .plain, .transposed), dividedBySingularValues: false)
    }
    let onLeft =
      left.rows == full
      ? direct(vectors.left, left)
      : largest(
        (vectors.left * matrix).multiplied(right, .plain, .transposed),
        dividedBySingularValues: true)
    let onRight =
      right.rows == full
      ? direct(vectors.right, right)
      : largest(
        vectors.right.multiplied(matrix, .plain, .transposed)
          .multiplied(left, .plain, .transposed), dividedBySingularValues: true)
    return (onLeft, onRight)
  }
}

/// What perturbation theory allows an update of this size to do, and what it did.
///
/// The bounds know only the size of ΔW: compare updates of equal norm.
public struct PerturbationBounds: Sendable, Hashable, Codable {
  /// An observed quantity and its bound.
  public struct Check: Sendable, Hashable, Codable {
    /// What was observed.
    public let observed: Double
    /// What it cannot exceed; nil where the theorem says nothing.
    public let bound: Double?

    /// Observed over bound.
    public var ratio: Double? {
      guard let bound, bound > 0 else { return nil }
      return observed / bound
    }
  }

  /// max(‖sin Θ_U‖₂, ‖sin Θ_V‖₂) ≤ ‖ΔW‖₂/(σ_k(W₀) − σ_{k+1}(W₁)), where that gap is positive.
  ///
  /// - Source: Wedin 1972, BIT 12:99.
  public let wedin: Check
  /// max|Δσ_i| ≤ ‖ΔW‖₂.
  public let weyl: Check
  /// Σ(Δσ_i)² ≤ ‖ΔW‖²_F.
  public let hoffmanWielandt: Check

  enum CodingKeys: String, CodingKey {
    case wedin, weyl
    case hoffmanWielandt = "hoffman_wielandt"
  }
}
