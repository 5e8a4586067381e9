import Experiments

/// Where the numbers of a run come from.
enum ProvenanceSection {
  static func section(of provenance: Provenance?, plan: String?, run: String)
    -> ReportPage.Section
  {
    var terms: [(term: String, meaning: String)] = []
    if let provenance {
      terms += [
        ("command", "offaxis \(provenance.command), version \(provenance.offaxis)"),
        ("plan hash", provenance.planHash ?? "none"),
        ("seed", provenance.seed.map { "\($0)" } ?? "none"),
        ("BLAS", "\(provenance.blas), kernel \(provenance.blasCore)"),
        ("system", provenance.system),
      ]
    }
    var files = Table([
      .init("role"), .init("file"), .init("bytes", isNumeric: true), .init("sha256"),
    ])
    for input in provenance?.inputs ?? [] {
      files.append([
        .text(input.role), .text(input.name), .count(input.bytes), .text(input.sha256),
      ])
    }
    return ReportPage.Section(
      id: "methods", title: "Methods and provenance: \(run)",
      lead: "Definitions of every figure stand in docs/statistics.md and docs/measures.md of "
        + "OffAxis. Same inputs, plan and BLAS kernel give the same numbers bit for bit.",
      blocks: [
        .definitions(terms), .table(title: "Inputs", name: "inputs", files),
        .definitions([("plan", plan ?? "none")]), .definitions(glossary),
      ])
  }

  private static let glossary: [(term: String, meaning: String)] = [
    (
      "principal, off-principal",
      "P_U ΔW P_V with the k leading singular directions of the base, and ΔW without it"
    ),
    ("energy share", "share of ‖ΔW‖² of the edited matrices that a component holds"),
    (
      "control (random-energy)",
      "the same edit with a Haar-random block that holds the same energy share"
    ),
    (
      "● confirmed",
      "q < 0.05 on one half of the prompts (Benjamini–Hochberg over all cells); on the other half "
        + "effect and difference from the control exclude 0 with the same sign"
    ),
    ("points, nats", "difference of accuracy × 100; difference of mean log-probability"),
  ]
}
