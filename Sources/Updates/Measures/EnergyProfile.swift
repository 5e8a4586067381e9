import LinearAlgebra
import Statistics

/// The energies of the four blocks of one update at every k up to a limit.
///
/// With C = U_KᵀΔW V_K, the energies at k are sums over the leading rows and columns of C, of
/// U_KᵀΔW and of ΔW V_K, so one pass gives the whole curve.
///
/// - Numerics: products in `Scalar`, squares summed in Double.
struct EnergyProfile: Sendable {
  private let total: Double
  /// ‖P_U(k) ΔW‖² for k = 0…K.
  private let output: [Double]
  /// ‖ΔW P_V(k)‖² for k = 0…K.
  private let input: [Double]
  /// ‖P_U(k) ΔW P_V(k)‖² for k = 0…K.
  private let principal: [Double]

  /// Projects an update.
  ///
  /// - Parameters:
  ///   - delta: ΔW, shape [m, n].
  ///   - left: K orthonormal rows, shape [K, m].
  ///   - right: K orthonormal rows, shape [K, n].
  init<Scalar>(of delta: Matrix<Scalar>, left: Matrix<Scalar>, right: Matrix<Scalar>) {
    let projected = left * delta
    let core = projected.multiplied(right, .plain, .transposed)
    total = delta.squaredFrobeniusNorm
    output = Self.cumulativeSquares(projected)
    input = Self.cumulativeSquares(right.multiplied(delta, .plain, .transposed))
    var sums = [0.0]
    for k in 0..<core.rows {
      var shell = Double(core[k, k]) * Double(core[k, k])
      for other in 0..<k {
        shell += Double(core[k, other]) * Double(core[k, other])
        shell += Double(core[other, k]) * Double(core[other, k])
      }
      sums.append(sums[k] + shell)
    }
    principal = sums
  }

  /// The energies at k, or nil beyond the limit.
  func energies(at k: Int) -> BlockEnergies? {
    guard k < principal.count else { return nil }
    let pp = principal[k]
    return BlockEnergies(
      pp: pp, po: max(output[k] - pp, 0), op: max(input[k] - pp, 0),
      oo: max(total - output[k] - input[k] + pp, 0))
  }

  private static func cumulativeSquares<Scalar>(_ rows: Matrix<Scalar>) -> [Double] {
    var sums = [0.0]
    for row in 0..<rows.rows {
      sums.append(rows.row(row).reduce(sums[row]) { $0 + Double($1) * Double($1) })
    }
    return sums
  }
}

/// The energy shares of an update at one k, beside what dimension counting expects.
public struct EnergyPoint: Sendable, Hashable, Codable {
  /// The number of singular directions, k.
  public let rank: Int
  /// The four shares.
  public let shares: BlockEnergies
  /// The shares a structureless update has on average.
  public let expected: BlockEnergies
  /// The two-sided p-value of the principal share under an isotropic update, by the exact Beta law.
  public let principalP: Double

  enum CodingKeys: String, CodingKey {
    case rank, shares, expected
    case principalP = "p_pp"
  }

  init?(_ energies: BlockEnergies?, rank: Int, rows: Int, columns: Int) throws {
    guard let shares = energies?.shares else { return nil }
    self.rank = rank
    self.shares = shares
    expected = .expectedShares(rows: rows, columns: columns, rank: rank)
    principalP = try EnergyShareLaw.principal(rows: rows, columns: columns, rank: rank)
      .pValue(shares.pp)
  }
}
