import LinearAlgebra

/// An update cut into four blocks by orthonormal bases U and V.
///
/// With P_U = U Uᵀ and P_V = V Vᵀ the blocks PP = P_U ΔW P_V, PO = P_U ΔW (I − P_V),
/// OP = (I − P_U) ΔW P_V and OO = (I − P_U) ΔW (I − P_V) are orthogonal and add up to ΔW.
/// U [m, a] and V [n, b] may have different numbers of columns.
///
/// - Numerics: products in `Scalar`, norms accumulated in Double.
public struct BlockSplit<Scalar: RealScalar>: Sendable {
  /// ΔW, shape [m, n].
  public let delta: Matrix<Scalar>
  /// Energies of the blocks, each at least 0, adding up to ‖ΔW‖² within rounding.
  public let energies: BlockEnergies
  private let u: Matrix<Scalar>
  private let v: Matrix<Scalar>
  /// UᵀΔW, shape [a, n].
  private let left: Matrix<Scalar>
  /// ΔW·V, shape [m, b].
  private let right: Matrix<Scalar>
  /// UᵀΔW·V, shape [a, b].
  private let core: Matrix<Scalar>

  /// Splits an update.
  ///
  /// - Precondition: `u.rows == delta.rows`, `v.rows == delta.columns`, orthonormal columns.
  public init(delta: Matrix<Scalar>, u: Matrix<Scalar>, v: Matrix<Scalar>) {
    precondition(u.rows == delta.rows && v.rows == delta.columns)
    (self.delta, self.u, self.v) = (delta, u, v)
    left = u.multiplied(delta, .transposed, .plain)
    right = delta * v
    core = left * v
    let pp = core.squaredFrobeniusNorm
    let (output, input) = (left.squaredFrobeniusNorm, right.squaredFrobeniusNorm)
    energies = BlockEnergies(
      pp: pp, po: max(output - pp, 0), op: max(input - pp, 0),
      oo: max(delta.squaredFrobeniusNorm - output - input + pp, 0))
  }

  /// Splits an update along the singular subspaces of its base.
  public init(delta: Matrix<Scalar>, subspace: SingularSubspace<Scalar>) {
    self.init(delta: delta, u: subspace.u, v: subspace.v)
  }

  /// PP = U (UᵀΔW V) Vᵀ.
  public var pp: Matrix<Scalar> { u * core.multiplied(v, .plain, .transposed) }

  /// PO = U (UᵀΔW − (UᵀΔW V) Vᵀ).
  public var po: Matrix<Scalar> { u * (left - core.multiplied(v, .plain, .transposed)) }

  /// OP = (ΔW V − U (UᵀΔW V)) Vᵀ.
  public var op: Matrix<Scalar> { (right - u * core).multiplied(v, .plain, .transposed) }

  /// OO = ΔW − U UᵀΔW − OP.
  public var oo: Matrix<Scalar> { delta - u * left - op }

  /// ΔW − PP.
  public var offPrincipal: Matrix<Scalar> { delta - pp }
}
