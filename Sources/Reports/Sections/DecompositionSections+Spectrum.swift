import Experiments
import Updates

extension DecompositionSections {
  /// ΔW's own spectrum and the rotation of the leading subspaces, by module.
  static func spectrum(_ result: DecompositionResult) -> ReportPage.Section? {
    var modules: [String] = []
    for matrix in result.matrices where !modules.contains(matrix.module) {
      modules.append(matrix.module)
    }
    var shares = Table([
      .init("r", isNumeric: true), .init("share", isNumeric: true), .init("module"),
    ])
    var angles = Table([
      .init("direction", isNumeric: true), .init("angle", isNumeric: true), .init("module"),
      .init("side"),
    ])
    for module in modules {
      let members = result.matrices.filter { $0.module == module }
      let ranks = members.map { $0.rankShares.map { (Double($0.rank), $0.share) } }
      for (rank, share) in means(ranks) {
        shares.append([.count(Int(rank)), .number(share, digits: 4), .text(module)])
      }
      for (side, curves) in [
        ("left subspaces", members.map(\.anglesU)), ("right subspaces", members.map(\.anglesV)),
      ] {
        let numbered = curves.map { zip(1..., $0).map { (Double($0.0), $0.1) } }
        for (direction, angle) in means(numbered) {
          angles.append([
            .count(Int(direction)), .number(angle), .text(module), .text(side),
          ])
        }
      }
    }
    let charts = [
      Chart(
        id: "spectrum", title: "Spectrum of the update.",
        caption: "Share of ‖ΔW‖² in its own r leading singular triplets, mean over layers; 1 at "
          + "r = 1 is an update of rank one.",
        table: shares,
        form: .lines(
          x: "r", y: "share", series: "module", low: nil, high: nil, xTitle: "r",
          yTitle: "share of energy", facet: nil, isLogarithmic: true)),
      Chart(
        id: "angles", title: "Rotation of the base's leading subspaces.",
        caption: "Principal angles between the k leading singular subspaces of base and tuned, "
          + "smallest first, mean over layers.",
        table: angles,
        form: .lines(
          x: "direction", y: "angle", series: "module", low: nil, high: nil,
          xTitle: "principal direction", yTitle: "angle, degrees", facet: "side")),
    ].filter { !$0.table.rows.isEmpty }
    guard !charts.isEmpty else { return nil }
    return ReportPage.Section(
      id: "spectrum", title: "Spectrum and rotation",
      lead: "How few directions the update needs, and how far it turns those of the base.",
      blocks: charts.map(ReportPage.Block.chart))
  }

  /// Mean curve over the curves that reach a point.
  private static func means(_ curves: [[(x: Double, y: Double)]]) -> [(Double, Double)] {
    let points = Dictionary(grouping: curves.joined(), by: \.x)
    return points.sorted { $0.key < $1.key }.map { x, members in
      (x, members.reduce(0) { $0 + $1.y } / Double(members.count))
    }
  }
}
