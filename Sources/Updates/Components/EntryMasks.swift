import LinearAlgebra

/// The entry-wise masks of a base matrix W₀ that split an update.
///
/// - Source: Zhu et al. 2025, arXiv 2511.08567, §4.2; k = 64 and α = 0.5 follow arXiv 2606.07082.
public struct EntryMasks: Sendable {
  /// M_princ: the α share of entries with the largest |W₀⁽ᵏ⁾|, the rank-k part of W₀.
  public let principal: EntryMask
  /// M_low: the α share of entries with the smallest |W₀|.
  public let low: EntryMask

  /// Computes both masks.
  ///
  /// - Parameters:
  ///   - base: W₀.
  ///   - reconstruction: W₀⁽ᵏ⁾, for example ``SingularSubspace/reconstructed()``.
  ///   - share: α in (0, 1).
  public init(base: Matrix<Float>, reconstruction: Matrix<Float>, share: Double) {
    principal = .largest(share, of: reconstruction)
    low = .smallest(share, of: base)
  }

  /// ¬M_princ ∪ M_low.
  public var safe: EntryMask { !principal | low }

  /// M_princ ∩ ¬M_low.
  public var principalNotLow: EntryMask { principal & !low }
}
