import Experiments
import Foundation

/// Puts the results of one or more runs on one page.
public enum ReportBuilder {
  /// The page; findings of ablations come first.
  ///
  /// - Throws: `ExperimentError`, ``ReportError``.
  public static func page(of directories: [RunDirectory], title: String? = nil) throws
    -> ReportPage
  {
    var headlines: [ReportPage.Headline] = []
    var sections: [ReportPage.Section] = []
    for (number, directory) in directories.enumerated() {
      let contents = try RunContents(of: directory)
      var own: [ReportPage.Section]
      switch contents {
      case .ablation(let result):
        headlines += AblationSections.headlines(of: result)
        own = AblationSections.sections(of: result)
      case .attribution(let result):
        own = AttributionSections.sections(of: result)
      case .decomposition(let result):
        own = DecompositionSections.sections(of: result)
      case .comparison(let result):
        own = ComparisonSections.sections(of: result)
      case .track(let result):
        own = TrackSections.sections(of: result)
      case .probe(let result):
        own = ProbeSections.sections(of: result)
      }
      own.append(
        ProvenanceSection.section(
          of: contents.provenance, plan: try directory.store.value("plan"),
          run: directory.url.lastPathComponent))
      sections += directories.count > 1 ? own.map { $0.numbered(number + 1) } : own
    }
    if headlines.isEmpty {
      headlines = [
        ReportPage.Headline(
          isFound: false,
          text: "These runs measure weights or activations; what an ability loses when a part is "
            + "removed is the question of `offaxis ablate`.")
      ]
    }
    return ReportPage(
      title: title ?? "OffAxis: where the new ability lives", headlines: headlines,
      sections: sections)
  }

  /// The runs' results as one JSON document, keyed by directory name.
  public static func json(of directories: [RunDirectory]) throws -> String {
    let parts = try directories.map { directory in
      "\"\(directory.url.lastPathComponent)\": \(try RunContents(of: directory).json)"
    }
    return "{\n\(parts.joined(separator: ",\n"))\n}\n"
  }
}

extension ReportPage.Section {
  /// The same with ids that are unique on a page of several runs.
  fileprivate func numbered(_ number: Int) -> ReportPage.Section {
    let blocks = blocks.map { block -> ReportPage.Block in
      switch block {
      case .chart(let chart):
        .chart(
          Chart(
            id: "\(chart.id)-\(number)", title: chart.title, caption: chart.caption,
            table: chart.table, form: chart.form))
      case .table(let title, let name, let table):
        .table(title: title, name: "\(name)-\(number)", table)
      default: block
      }
    }
    return ReportPage.Section(id: "\(id)-\(number)", title: title, lead: lead, blocks: blocks)
  }
}
