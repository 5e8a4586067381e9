/// A number that an update of a matrix has, under the key it carries in JSON and CSV.
///
/// Formulas: Zhu et al. 2025 (arXiv 2511.08567), Cai et al. 2025 (arXiv 2510.00553); see
/// ``MatrixMeasures``.
public enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
  /// ‖P_U ΔW P_V‖²/‖ΔW‖², the principal share.
  case energyPP = "energy_pp"
  /// ‖P_U ΔW (I − P_V)‖²/‖ΔW‖².
  case energyPO = "energy_po"
  /// ‖(I − P_U) ΔW P_V‖²/‖ΔW‖².
  case energyOP = "energy_op"
  /// ‖(I − P_U) ΔW (I − P_V)‖²/‖ΔW‖².
  case energyOO = "energy_oo"

  /// ‖ΔW‖_F.
  case deltaNorm = "delta_norm"
  /// ‖ΔW‖_F/‖W₀‖_F.
  case relativeNorm = "relative_norm"
  /// ‖ΔW‖₂ = σ₁.
  case deltaSpectralNorm = "delta_spectral_norm"
  /// σ₁²/Σσ².
  case rank1Share = "rank1_share"
  /// σ₁/√Σσ².
  case rank1ShareNorm = "rank1_share_norm"
  /// ‖ΔW‖²_F/‖ΔW‖²₂.
  case stableRank = "stable_rank"
  /// exp of the entropy of σ_i/Σσ (Roy & Vetterli 2007).
  case effectiveRank = "effective_rank"
  /// exp of the entropy of σ_i²/Σσ².
  case effectiveRankEnergy = "effective_rank_energy"
  /// #{σ > σ₁ · max(m, n) · 2⁻⁵²}.
  case algebraicRank = "algebraic_rank"

  /// The share of entries with |w₁ − w₀| ≤ 10⁻³ max(|w₀|, |w₁|).
  case sparsity = "sparsity_bf16"
  /// The share of entries with |w₁ − w₀| ≤ 10⁻⁵.
  case sparsityAbsolute = "sparsity_absolute"
  /// The share of unchanged entries after rounding both to the narrower element type.
  case sparsityNarrowed = "sparsity_narrowed"
  /// Standard deviation over rows of the share of changed entries.
  case rowDensityDeviation = "row_density_sd"
  /// Standard deviation over columns of the share of changed entries.
  case columnDensityDeviation = "column_density_sd"

  /// |M_princ ∩ M|/|M| of the changed entries M.
  case overlapPrincipal = "overlap_principal"
  /// |M_low ∩ M|/|M|.
  case overlapLow = "overlap_low"
  /// |M_princ ∩ ¬M_low ∩ M|/|M|.
  case overlapPrincipalNotLow = "overlap_principal_not_low"

  /// ‖σ(W₁) − σ(W₀)‖₂/‖σ(W₀)‖₂.
  case nss
  /// The largest principal angle between U₀,k and U₁,k, in degrees.
  case maxAngleU = "max_angle_u_deg"
  /// The largest principal angle between V₀,k and V₁,k, in degrees.
  case maxAngleV = "max_angle_v_deg"
  /// max(‖sin Θ_U‖, ‖sin Θ_V‖) over Wedin's bound.
  case wedinRatio = "wedin_ratio"
  /// max|Δσ_i| over ‖ΔW‖₂.
  case weylRatio = "weyl_ratio"
  /// Σ(Δσ_i)² over ‖ΔW‖²_F.
  case hoffmanWielandtRatio = "hoffman_wielandt_ratio"
  /// Leading left singular vectors of W₁ that W₀ does not have (arXiv 2410.21228).
  case intrudersU = "intruders_u"
  /// Leading right singular vectors of W₁ that W₀ does not have.
  case intrudersV = "intruders_v"

  /// The group that is measured together with it.
  public var group: MeasureGroup {
    switch self {
    case .energyPP, .energyPO, .energyOP, .energyOO: .energy
    case .deltaNorm, .relativeNorm: .size
    case .deltaSpectralNorm, .rank1Share, .rank1ShareNorm, .stableRank, .effectiveRank,
      .effectiveRankEnergy, .algebraicRank:
      .shape
    case .sparsity, .sparsityAbsolute, .sparsityNarrowed, .rowDensityDeviation,
      .columnDensityDeviation:
      .change
    case .overlapPrincipal, .overlapLow, .overlapPrincipalNotLow: .overlap
    case .nss, .maxAngleU, .maxAngleV, .wedinRatio, .weylRatio, .hoffmanWielandtRatio,
      .intrudersU, .intrudersV:
      .rotation
    }
  }

  /// The object and the key inside it where JSON nests the measure: `energy.pp`, `overlap.low`.
  var nesting: (object: String, key: String)? {
    for object in ["energy", "overlap"] where rawValue.hasPrefix(object + "_") {
      return (object, String(rawValue.dropFirst(object.count + 1)))
    }
    return nil
  }
}

/// Measures that share their work; the unit in which they are asked for.
public enum MeasureGroup: String, Sendable, Hashable, Codable, CaseIterable {
  /// Norms.
  case size
  /// Energy shares of the four blocks.
  case energy
  /// ΔW's own spectrum.
  case shape
  /// Which entries changed.
  case change
  /// Overlaps of the changed entries with masks of W₀.
  case overlap
  /// Spectrum and subspaces of W₁ against W₀.
  case rotation

  /// Everything.
  public static let all = Set(allCases)
  /// What needs no decomposition but the leading subspaces of W₀.
  public static let cheap: Set<MeasureGroup> = [.size, .energy, .change, .overlap]
}
