import Evaluation
import Experiments

/// What a page shows of an ablation.
enum AblationSections {
  static func sections(of result: AblationResult) -> [ReportPage.Section] {
    [
      overview(result), EffectMaps.section(of: result), layerCurves(result), additivity(result),
      FlipExamples.section(of: result), effects(result),
    ].compactMap { $0 }
  }

  static func headlines(of result: AblationResult, run: String) -> [ReportPage.Headline] {
    result.findings.sorted { $0.isFound && !$1.isFound }
      .map { ReportPage.Headline(isFound: $0.isFound, text: sentence($0.text), run: run) }
  }

  private static func sentence(_ text: String) -> String {
    let signed = text.replacing(" -", with: " −").replacing("[-", with: "[−")
    return signed.prefix(1).uppercased() + signed.dropFirst() + "."
  }

  // MARK: Parts

  private static func overview(_ result: AblationResult) -> ReportPage.Section {
    var table = Table([
      .init("condition"), .init("ability"), .init("points", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true),
    ])
    let rows = result.conditions.filter { condition in
      condition.kind == .base || condition.kind == .tuned
        || (condition.kind == .edit && condition.by == Granularity.model.rawValue
          && !condition.rounded)
    }
    for condition in rows {
      for ability in result.abilities {
        let scores = condition.abilities[ability.name]
        let isSampled = ability.kind == Prompt.Kind.generate.rawValue
        let shown = [
          (ability.name, scores?.acc),
          ("\(ability.name), sampled", isSampled ? scores?.logprob : nil),
        ]
        for (series, estimate) in shown {
          guard let estimate else { continue }
          table.append([
            .text(condition.label), .text(series), .number(estimate.value * 100, digits: 1),
            .number(estimate.low * 100, digits: 1), .number(estimate.high * 100, digits: 1),
          ])
        }
      }
    }
    var blocks: [ReportPage.Block] = []
    if !table.rows.isEmpty {
      blocks.append(
        .chart(
          Chart(
            id: "abilities", title: "Abilities of base, tuned and edited models.",
            caption:
              "Accuracy, or pass rate of samples, with its 95 % interval; one shape an ability.",
            table: table,
            form: .intervals(
              category: "condition", value: "points", low: "low", high: "high",
              series: "ability", valueTitle: "right answers, points"))))
    }
    blocks.append(
      .table(
        title: "All conditions", name: "summary", AblationTables.summary(result)))
    return ReportPage.Section(
      id: "ablation", title: "What removing and keeping does",
      lead: "Remove takes a component out of the tuned model; keep adds it alone to the base. "
        + "Controls (~) change as much energy in random directions.", blocks: blocks)
  }

  private static func layerCurves(_ result: AblationResult) -> ReportPage.Section? {
    var table = Table([
      .init("layer", isNumeric: true), .init("edit"), .init("score"),
      .init("effect", isNumeric: true), .init("low", isNumeric: true),
      .init("high", isNumeric: true), .init("control effect", isNumeric: true), .init("confirmed"),
    ])
    for cell in result.effects where cell.isMapped {
      guard let (edge, direction) = cumulative(cell) else { continue }
      let scale = cell.isShare ? 100.0 : 1
      table.append([
        .count(edge), .text("\(cell.operation) \(cell.component)"),
        .text("\(cell.ability) \(cell.scoreName), \(cell.unit), \(direction)"),
        .number(cell.effect.value * scale), .number(cell.effect.low * scale),
        .number(cell.effect.high * scale), .number(cell.controlEffect.map { $0 * scale }),
        .text(cell.isConfirmed ? "●" : nil),
      ])
    }
    guard !table.rows.isEmpty else { return nil }
    return ReportPage.Section(
      id: "cumulative", title: "Layer by layer, added up",
      lead: "Where an effect sets in when layers are edited from the bottom up, or from the top "
        + "down.",
      blocks: [
        .chart(
          Chart(
            id: "cumulative", title: "Cumulative effects.",
            caption:
              "All layers up to the one on the axis are edited, or all from it on: difference from "
              + "tuned (remove) or base (keep) with its 95 % interval.",
            table: table,
            form: .lines(
              x: "layer", y: "effect", series: "edit", low: "low", high: "high",
              xTitle: "layer", yTitle: "effect", facet: "score")))
      ])
  }

  /// The layer at which a cumulative edit ends or starts.
  private static func cumulative(_ cell: CellEffect) -> (layer: Int, direction: String)? {
    let ends = cell.layers.split(separator: "-").compactMap { Int($0) }
    switch Granularity(rawValue: cell.by) {
    case .layersUp: return ends.last.map { ($0, "up to it") }
    case .layersDown: return ends.first.map { ($0, "from it on") }
    default: return nil
    }
  }

  private static func additivity(_ result: AblationResult) -> ReportPage.Section? {
    guard !result.additivity.isEmpty else { return nil }
    return ReportPage.Section(
      id: "additivity", title: "Do single effects add up?",
      lead: "The sum of all single edits against the joint edit; an excess whose interval leaves "
        + "out 0 means that parts overlap or depend on each other.",
      blocks: [
        .table(
          title: "Sum against joint effect", name: "additivity",
          AblationTables.additivity(result.additivity))
      ])
  }

  private static func effects(_ result: AblationResult) -> ReportPage.Section? {
    guard !result.effects.isEmpty else { return nil }
    let confirmed = Finding.ranked(result.effects)
    var blocks: [ReportPage.Block] = []
    if !confirmed.isEmpty {
      blocks.append(
        .table(
          title: "Confirmed effects, strongest first", name: "confirmed",
          AblationTables.effects(confirmed)))
    }
    blocks.append(
      .table(
        title: "All effects", name: "effects", AblationTables.effects(result.effects)))
    return ReportPage.Section(
      id: "effects", title: "Every effect with its control",
      lead: "Shares of right answers between 0 and 1, log-probabilities in nats. The effect is "
        + "over all prompts; q-values come from one half of them, and confirmation from the other.",
      blocks: blocks)
  }
}

// MARK: - Words

extension ConditionSummary {
  /// `base`, `tuned`, or the edit in words: remove off-principal, layer 3.
  var label: String {
    guard let operation, let component else { return id }
    let place = EditPlace(by: by, layers: layers, modules: modules).text
    let variants = [("/half-k", "k/2"), ("/double-k", "2k"), ("/bf16", "bf16"), ("/f32", "f32")]
    let variant = variants.first { id.hasSuffix($0.0) }?.1
    return (["\(operation) \(component)", place, variant] as [String?])
      .compactMap { $0 }.joined(separator: ", ")
  }
}

/// Where an edit cuts.
struct EditPlace {
  let by: String?
  let layers: String?
  let modules: String?

  /// The place in words; nil for the whole model.
  var text: String? {
    guard let by, let layers, let modules else { return nil }
    switch Granularity(rawValue: by) {
    case .model: return nil
    case .module: return modules
    case .matrix: return "layer \(layers) \(modules)"
    default: return layers.contains("-") ? "layers \(layers)" : "layer \(layers)"
    }
  }
}

extension CellEffect {
  /// Whether charts show it: against the energy-matched control if it has any, at the plan's rank
  /// and precision.
  var isMapped: Bool {
    (control == nil || control == "random-energy") && !isRankVariant
      && !condition.hasSuffix("/bf16") && !condition.hasSuffix("/f32")
  }
}
