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
    var definitions: [Definitions.Term] = []
    for (number, (name, directory)) in named(directories).enumerated() {
      let contents = try RunContents(of: directory)
      definitions += Definitions.terms(of: contents)
      var own: [ReportPage.Section]
      switch contents {
      case .ablation(let result):
        headlines += AblationSections.headlines(of: result, run: name)
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
          of: contents.provenance, plan: try directory.store.value("plan")))
      sections += directories.count > 1 ? own.map { $0.numbered(number + 1, of: name) } : own
    }
    sections.append(Definitions.section(of: definitions))
    if Set(headlines.map(\.run)).count == 1 {
      for index in headlines.indices { headlines[index].run = nil }
    }
    if headlines.isEmpty {
      headlines = [
        ReportPage.Headline(
          isFound: false,
          text: "No run on this page takes a part away and compares it with controls: what an "
            + "ability loses then is the question of offaxis ablate.")
      ]
    }
    return ReportPage(
      title: title ?? "OffAxis: where the new ability lives", headlines: headlines,
      sections: sections)
  }

  /// The runs' results as one JSON document, keyed by directory name.
  public static func json(of directories: [RunDirectory]) throws -> String {
    let parts = try named(directories).map { name, directory in
      "\(try CanonicalJSON.text(name)): \(try RunContents(of: directory).json)"
    }
    return "{\n\(parts.joined(separator: ",\n"))\n}\n"
  }

  /// The runs by the names of their directories, which are numbered where they repeat.
  private static func named(_ directories: [RunDirectory]) -> [(name: String, RunDirectory)] {
    var counts: [String: Int] = [:]
    return directories.map { directory in
      let name = directory.url.lastPathComponent
      counts[name, default: 0] += 1
      let number = counts[name, default: 1]
      return (number > 1 ? "\(name) \(number)" : name, directory)
    }
  }
}

extension ReportPage.Section {
  /// The same with ids that are unique on a page of several runs, and the run's name.
  fileprivate func numbered(_ number: Int, of run: String) -> ReportPage.Section {
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
    return ReportPage.Section(
      id: "\(id)-\(number)", title: title, lead: lead, blocks: blocks, run: run)
  }
}
