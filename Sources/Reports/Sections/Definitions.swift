import Experiments
import Updates

/// What every figure of a page means.
enum Definitions {
  typealias Term = (term: String, meaning: String)

  /// One section with the terms of all runs, each once.
  static func section(of terms: [Term]) -> ReportPage.Section {
    var seen: Set<String> = []
    return ReportPage.Section(
      id: "definitions", title: "What the figures mean",
      lead: "W₀ is the base, ΔW the update, U and V the singular vectors of W₀, k the rank of the "
        + "principal subspaces. Intervals are 95 %. Sources stand in docs/statistics.md and "
        + "docs/measures.md of OffAxis.",
      blocks: [.definitions(terms.filter { seen.insert($0.term).inserted })])
  }

  /// The terms that a run's tables and charts use.
  static func terms(of contents: RunContents) -> [Term] {
    switch contents {
    case .ablation: components + ablation
    case .attribution: components + attribution
    case .decomposition: components + measures + nulls
    case .comparison: components + measures + comparison
    case .track: components + measures + track
    case .probe: probes
    }
  }

  private static let components: [Term] = [
    ("principal = PP", "P_U ΔW P_V, with P_U and P_V onto the k leading singular vectors of W₀"),
    ("off-principal", "ΔW − P_U ΔW P_V; the sum of PO, OP and OO"),
    ("PO, OP, OO", "P_U ΔW (1 − P_V), (1 − P_U) ΔW P_V, (1 − P_U) ΔW (1 − P_V)"),
    ("energy share", "the part's share of ‖ΔW‖²_F of the matrices that are meant"),
  ]

  private static let attribution: [Term] = [
    (
      "attribution, nats",
      "∫₀¹ ⟨∂S/∂W (W₀ + s·ΔW), C⟩ ds: the part of a score's change from base to tuned that falls to "
        + "C, to first order at every point of the path; no control stands beside it"
    ),
    ("all", "ΔW of the matrices that are meant"),
    ("rest", "what changed outside the blocks' linear projections: embeddings, norms, biases"),
    ("unselected", "projections outside --layers and --modules"),
    (
      "sum_of_attributions, largest_gap",
      "all + rest + unselected, which is the change in the limit of many points; the largest "
        + "difference of a prompt"
    ),
    (
      "exact",
      "the mean of what removing the cell from the tuned model costs and what keeping it alone on "
        + "the base adds"
    ),
    (
      "pearson, spearman, relative_error",
      "attributions against exact effects over the cells that were checked; mean difference over "
        + "mean exact effect"
    ),
    ("reference log-likelihood", "of a worked solution: style as much as ability"),
  ]

  private static let ablation: [Term] = [
    ("remove, keep", "the tuned model without a part of its update; the base with this part only"),
    ("rest", "what changed outside the blocks' linear projections: embeddings, norms, biases"),
    ("accuracy (acc), points", "share of prompts answered right, × 100; Wilson's interval"),
    (
      "log-probability (logprob), nats",
      "of the right answer: of a choice after softmax over the choices, of a completion its "
        + "log-likelihood, of a text the mean over its tokens"
    ),
    ("margin, nats", "log-likelihood of the good text minus that of the bad one"),
    ("pass rate, points", "share of sampled answers that are right, × 100"),
    ("KL, nats", "mean over a text's tokens of KL(model‖base)"),
    ("effect", "score under the edit minus the score of tuned (remove) or of the base (keep)"),
    (
      "control",
      "random-energy: the same edit with a random block that holds the same share of ‖ΔW‖²; "
        + "control_effect is the mean over its draws"
    ),
    ("against, beyond control", "effect minus control_effect, paired over prompts"),
    (
      "q_value",
      "p-value of the difference from the control on the selection half of the prompts, adjusted "
        + "by Benjamini–Hochberg over every cell of the run"
    ),
    (
      "● confirmed",
      "q < 0.05 on the selection half; on the other half, effect and difference from the control "
        + "exclude 0 with the same sign"
    ),
    ("holds_at_other_ranks", "whether sign and significance hold at k/2 and 2k"),
    ("excess", "sum of the single edits' effects minus the effect of all of them together"),
  ]

  private static var measures: [Term] { Measure.allCases.map { ($0.rawValue, meaning(of: $0)) } }

  private static func meaning(of measure: Measure) -> String {
    switch measure {
    case .energyPP: "‖P_U ΔW P_V‖²/‖ΔW‖², k²/mn of a structureless update"
    case .energyPO: "‖P_U ΔW (1 − P_V)‖²/‖ΔW‖²"
    case .energyOP: "‖(1 − P_U) ΔW P_V‖²/‖ΔW‖²"
    case .energyOO: "‖(1 − P_U) ΔW (1 − P_V)‖²/‖ΔW‖²"
    case .deltaNorm: "‖ΔW‖_F"
    case .relativeNorm: "‖ΔW‖_F/‖W₀‖_F"
    case .deltaSpectralNorm: "‖ΔW‖₂ = σ₁(ΔW)"
    case .rank1Share: "σ₁²/Σσ² of ΔW"
    case .rank1ShareNorm: "σ₁/√Σσ² of ΔW"
    case .stableRank: "‖ΔW‖²_F/‖ΔW‖²₂"
    case .effectiveRank: "exp of the entropy of σ/Σσ of ΔW"
    case .effectiveRankEnergy: "exp of the entropy of σ²/Σσ² of ΔW"
    case .algebraicRank: "singular values of ΔW above σ₁ · max(m, n) · 2⁻⁵²"
    case .sparsity: "share of entries with |w₁ − w₀| ≤ 10⁻³ max(|w₀|, |w₁|)"
    case .sparsityAbsolute: "share of entries with |w₁ − w₀| ≤ 10⁻⁵"
    case .sparsityNarrowed: "share of entries that are equal in the narrower of the two dtypes"
    case .rowDensityDeviation: "standard deviation over rows of the share of changed entries"
    case .columnDensityDeviation: "standard deviation over columns of the share of changed entries"
    case .overlapPrincipal:
      "share of the changed entries that lie among the largest of W₀ at the mask's rank"
    case .overlapLow: "share of the changed entries that lie among the smallest of W₀"
    case .overlapPrincipalNotLow: "share of the changed entries in the first mask, not the second"
    case .nss: "normalised spectral shift ‖σ(W₁) − σ(W₀)‖/‖σ(W₀)‖"
    case .maxAngleU: "largest principal angle between the k leading left subspaces, degrees"
    case .maxAngleV: "largest principal angle between the k leading right subspaces, degrees"
    case .wedinRatio: "the largest sine over Wedin's bound ‖ΔW‖₂/gap"
    case .weylRatio: "max|Δσ|/‖ΔW‖₂; Weyl's bound is 1"
    case .hoffmanWielandtRatio: "Σ(Δσ)²/‖ΔW‖²_F; Hoffman and Wielandt's bound is 1"
    case .intrudersU: "of 10 leading left vectors of W₁, those with |cos| < 0.5 to all of W₀'s"
    case .intrudersV: "of 10 leading right vectors of W₁, those with |cos| < 0.5 to all of W₀'s"
    }
  }

  private static let nulls: [Term] = [
    ("norm", "null: Gaussian entries with ‖ΔW‖, rounded as the files are"),
    ("density", "null: Gaussian entries of the size that changes the same share of entries"),
    ("spectrum", "null: ΔW's singular values with random singular vectors"),
    ("shuffle-rows, -columns, -bins", "null: ΔW's entries permuted within rows, columns, binades"),
    (
      "z, p, p_holm, p_bh",
      "distance from the null's mean in its standard deviations; two-sided p; adjusted over the "
        + "matrices by Holm and by Benjamini–Hochberg"
    ),
  ]

  private static let comparison: [Term] = [
    ("jaccard", "entries that both runs changed over entries that either did"),
    ("cosine", "⟨ΔW₁, ΔW₂⟩/(‖ΔW₁‖ ‖ΔW₂‖)"),
    ("overlap", "‖A_kᵀ B_k‖²/k of the k leading right singular vectors of two updates"),
    ("at matched norm", "of the updates rescaled to the smallest ‖ΔW‖ among the runs"),
    ("matched nulls", "two independent updates without structure on the same base"),
  ]

  private static let track: [Term] = [
    ("cosine_final", "cosine of ΔW(t) with the last step's ΔW"),
    ("cosine_u1_final, cosine_v1_final", "cosine of the first singular vectors with the last ones"),
    ("subspace_similarity", "overlap of 16 leading right singular vectors with the last ones"),
  ]

  private static let probes: [Term] = [
    ("reference = model 0, model 1 …", "the models in the order of the plan"),
    ("accuracy, balanced_accuracy, roc_auc, r2", "on items that the probe was not fitted on"),
    ("majority, shuffled, random_direction", "the same score of chance-level probes"),
    ("selectivity", "score minus the score of a control task that pairs types with random labels"),
    ("transferred, retrained", "the reference's probe on another model; a probe fitted there"),
    ("kept, moved, lost, absent", "the old probe reads it; only a new one; none; none before"),
    ("share, expected", "share of the direction in a subspace of k of d dimensions; k/d"),
  ]
}
