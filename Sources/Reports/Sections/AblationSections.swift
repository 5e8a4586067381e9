import Evaluation
import Experiments

/// What a page shows of an ablation.
enum AblationSections {
  static func sections(of result: AblationResult) -> [ReportPage.Section] {
    [
      overview(result), heatMaps(result), layerCurves(result), additivity(result),
      examples(result), effects(result),
    ].compactMap { $0 }
  }

  static func headlines(of result: AblationResult) -> [ReportPage.Headline] {
    result.findings.sorted { $0.isFound && !$1.isFound }
      .map { ReportPage.Headline(isFound: $0.isFound, text: sentence($0.text)) }
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  // MARK: Parts

  private static func overview(_ result: AblationResult) -> ReportPage.Section? {
    var table = Table([
      .init("condition"), .init("ability"), .init("accuracy, points", isNumeric: true),
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
        let isSampled = ability.kind == "generate"
        let shown = [
          (ability.name, scores?.acc),
          ("\(ability.name), sampled", isSampled ? scores?.logprob : nil),
        ]
        for (series, estimate) in shown {
          guard let estimate else { continue }
          table.append([
            .text(shortLabel(condition)), .text(series),
            .number(estimate.value * 100, digits: 1), .number(estimate.low * 100, digits: 1),
            .number(estimate.high * 100, digits: 1),
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
              category: "condition", value: "accuracy, points", low: "low", high: "high",
              series: "ability", valueTitle: "accuracy, points"))))
    }
    blocks.append(
      .table(
        title: "All conditions", name: "summary", AblationTables.summary(result)))
    return ReportPage.Section(
      id: "ablation", title: "What removing and keeping does",
      lead: "Remove takes a component out of the tuned model; keep adds it alone to the base. "
        + "Controls change as much energy in random directions.", blocks: blocks)
  }

  private static func heatMaps(_ result: AblationResult) -> ReportPage.Section? {
    let cuts: [Granularity] = [.matrix, .layer, .module]
    var blocks: [ReportPage.Block] = []
    for ability in result.abilities {
      for metric in ScoreMetric.allCases {
        let cells = result.effects.filter { cell in
          cell.ability == ability.name && cell.metric == metric && !cell.isRankVariant
            && (cell.control == nil || cell.control == "random-energy")
            && cuts.contains { $0.rawValue == cell.by }
        }
        if let chart = heatMap(cells, ability.name, metric) { blocks.append(.chart(chart)) }
      }
    }
    guard !blocks.isEmpty else { return nil }
    return ReportPage.Section(
      id: "attribution", title: "Where the ability sits",
      lead: "Effect of each edit beyond its energy-matched control. ● marks cells that one half of "
        + "the prompts selected at a false discovery rate of 5 % and the other half confirmed.",
      blocks: blocks)
  }

  private static func heatMap(_ cells: [CellEffect], _ ability: String, _ metric: ScoreMetric)
    -> Chart?
  {
    guard let first = cells.first else { return nil }
    let unit = first.unit
    let scale = first.isShare ? 100.0 : 1
    var table = Table([
      .init("place"), .init("edit"), .init("effect beyond control", isNumeric: true),
      .init("effect", isNumeric: true), .init("energy share", isNumeric: true),
      .init("q", isNumeric: true), .init("mark"),
    ])
    for cell in cells {
      let value = cell.against?.value ?? cell.effect.value
      table.append([
        .text(place(cell)), .text("\(cell.operation) \(cell.component)"),
        .number(value * scale), .number(cell.effect.value * scale), .number(cell.energyShare),
        .number(cell.qValue, digits: 4),
        .text(
          Table.Cell.number(value * scale, digits: first.isShare ? 1 : 2).shown
            + (cell.isConfirmed ? " ●" : "")),
      ])
    }
    return Chart(
      id: "effect-\(ability)-\(metric.rawValue)",
      title: "\(ability), \(first.scoreName).",
      caption: "Negative: the edit costs ability beyond the matched control, in \(unit).",
      table: table,
      form: .heatMap(
        x: "place", y: "edit", value: "effect beyond control", mark: "mark", unit: unit))
  }

  private static func layerCurves(_ result: AblationResult) -> ReportPage.Section? {
    var table = Table([
      .init("layers", isNumeric: true), .init("edit"), .init("ability"),
      .init("effect", isNumeric: true), .init("low", isNumeric: true),
      .init("high", isNumeric: true),
    ])
    let cuts = [Granularity.layersUp, .layersDown].map(\.rawValue)
    for cell in result.effects
    where cuts.contains(cell.by) && !cell.isRankVariant
      && (cell.control == nil || cell.control == "random-energy")
    {
      let edge =
        cell.by == Granularity.layersUp.rawValue
        ? cell.layers.split(separator: "-").last : cell.layers.split(separator: "-").first
      table.append([
        .count(edge.flatMap { Int($0) } ?? 0),
        .text("\(cell.operation) \(cell.component), \(cell.by)"),
        .text("\(cell.ability) \(cell.metric.rawValue)"), .number(cell.effect.value),
        .number(cell.effect.low), .number(cell.effect.high),
      ])
    }
    guard !table.rows.isEmpty else { return nil }
    return ReportPage.Section(
      id: "cumulative", title: "Layer by layer, added up",
      lead: "Effects of editing all layers up to, or from, a layer.",
      blocks: [
        .chart(
          Chart(
            id: "cumulative", title: "Cumulative effects.",
            caption: "Difference from the reference with its 95 % interval.", table: table,
            form: .lines(
              x: "layers", y: "effect", series: "edit", low: "low", high: "high",
              xTitle: "layer", yTitle: "effect", facet: "ability")))
      ])
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

  private static func examples(_ result: AblationResult) -> ReportPage.Section? {
    let flips = result.flips.filter { $0.condition.contains("/model=") }
    guard !flips.isEmpty else { return nil }
    return ReportPage.Section(
      id: "examples", title: "Prompts that flip",
      lead: "Answers before and after an edit; the darker a token, the less likely it was.",
      blocks: [.examples(flips.prefix(10).map(example))])
  }

  private static func example(_ flip: Flip) -> ReportPage.Example {
    ReportPage.Example(
      heading:
        "\(flip.ability), \(flip.condition): \(verdict(flip.before)) → \(verdict(flip.after))",
      prompt: flip.text, before: tokens(flip.detailsBefore), after: tokens(flip.detailsAfter))
  }

  private static func verdict(_ hard: Double) -> String { hard >= 0.5 ? "right" : "wrong" }

  private static func tokens(_ json: String?) -> [ReportPage.Example.Token] {
    guard let json,
      let details = try? CanonicalJSON.value(PromptScore.Details.self, from: json)
    else { return [] }
    var pieces = [
      ReportPage.Example.Token(text: details.answer ?? "", logProbability: nil)
    ]
    if let texts = details.tokenTexts, let values = details.tokenLogProbabilities {
      pieces.append(.init(text: "\nright answer: ", logProbability: nil))
      pieces += zip(texts, values).map { .init(text: $0, logProbability: $1) }
    }
    return pieces
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
      lead: "Selection on one half of the prompts, estimates on the other; q-values adjust for "
        + "every row.", blocks: blocks)
  }

  // MARK: Words

  private static func place(_ cell: CellEffect) -> String {
    switch Granularity(rawValue: cell.by) {
    case .module: cell.modules
    case .matrix: "\(cell.layers) \(cell.modules)"
    default: "layer \(cell.layers)"
    }
  }

  private static func shortLabel(_ condition: ConditionSummary) -> String {
    guard let operation = condition.operation, let component = condition.component else {
      return condition.id
    }
    let suffix =
      condition.id.hasSuffix("half-k")
      ? ", k/2"
      : condition.id.hasSuffix("double-k") ? ", 2k" : ""
    return "\(operation) \(component)\(suffix)"
  }
}
