import Foundation

/// What the singular values of ΔW say about its shape.
struct SpectralShape: Sendable {
  /// σ₁ ≥ … ≥ σ_N.
  let singularValues: [Double]
  /// Σσ².
  let energy: Double

  init(_ singularValues: [Double]) {
    self.singularValues = singularValues
    energy = singularValues.reduce(0) { $0 + $1 * $1 }
  }

  var spectralNorm: Double { singularValues.first ?? 0 }

  /// Σ_{i≤r} σ_i²/Σσ².
  func share(rank: Int) -> Double {
    singularValues.prefix(rank).reduce(0) { $0 + $1 * $1 } / energy
  }

  /// ‖ΔW‖²_F/‖ΔW‖²₂.
  var stableRank: Double { energy / (spectralNorm * spectralNorm) }

  /// The exponential of the entropy of the normalised singular values, or of their squares.
  ///
  /// - Source: Roy & Vetterli 2007, "The effective rank".
  func effectiveRank(ofSquares: Bool) -> Double {
    let weights = singularValues.map { ofSquares ? $0 * $0 : $0 }
    let total = weights.reduce(0, +)
    let entropy = weights.reduce(0.0) { sum, weight in
      let share = weight / total
      return share > 0 ? sum - share * log(share) : sum
    }
    return exp(entropy)
  }
}

/// The part of ΔW in its own r leading singular triplets.
public struct RankShare: Sendable, Hashable, Codable {
  /// r.
  public let rank: Int
  /// The share of the squared norm.
  public let share: Double
  /// The share of the norm, its root.
  public let shareNorm: Double

  enum CodingKeys: String, CodingKey {
    case rank, share
    case shareNorm = "share_norm"
  }
}
