import Experiments

/// Where the numbers of a run come from.
enum ProvenanceSection {
  static func section(of provenance: Provenance?, plan: String?) -> ReportPage.Section {
    var blocks: [ReportPage.Block] = []
    if let provenance {
      blocks.append(
        .definitions([
          ("command", "offaxis \(provenance.command), version \(provenance.offaxis)"),
          ("plan hash", provenance.planHash ?? "none"),
          ("seed", provenance.seed.map { "\($0)" } ?? "none"),
          ("BLAS", "\(provenance.blas), kernel \(provenance.blasCore)"),
          ("system", provenance.system),
        ]))
      var files = Table([
        .init("role"), .init("file"), .init("bytes", isNumeric: true), .init("sha256"),
      ])
      for input in provenance.inputs {
        files.append([
          .text(input.role), .text(input.name), .count(input.bytes), .text(input.sha256),
        ])
      }
      blocks.append(.table(title: "Inputs", name: "inputs", files))
    }
    if let plan { blocks.append(.source(title: "Plan", plan)) }
    return ReportPage.Section(
      id: "methods", title: "Methods and provenance",
      lead: "Same inputs, plan and BLAS kernel give the same numbers bit for bit.", blocks: blocks)
  }
}
