import Experiments
import Statistics

/// Tables of an ablation, for terminals, CSV files and pages.
public enum AblationTables {
  /// One row a condition, two columns an ability; controls are averaged into one row each.
  ///
  /// `abilities` limits the columns; nil shows all.
  public static func summary(_ result: AblationResult, abilities shown: [String]? = nil) -> Table {
    let abilities = result.abilities.filter { shown?.contains($0.name) ?? true }
    var columns: [Table.Column] = [
      .init("condition"), .init("energy share", isNumeric: true),
    ]
    for ability in abilities {
      if result.hasHard(ability.name) { columns.append(.init("\(ability.name) acc, %")) }
      if result.hasSoft(ability.name) {
        columns.append(.init("\(ability.name) \(softHead(ability.kind))"))
      }
      if result.hasDivergence(ability.name) {
        columns.append(.init("\(ability.name) KL from base, nats", isNumeric: true))
      }
    }
    var table = Table(columns)
    for row in ConditionRow.rows(of: result) {
      var cells: [Table.Cell] = [.text(row.label), .number(row.energyShare)]
      for ability in abilities {
        let scores = row.conditions.compactMap { $0.abilities[ability.name] }
        if result.hasHard(ability.name) {
          cells.append(.text(interval(scores.compactMap(\.acc), scale: 100, digits: 1)))
        }
        if result.hasSoft(ability.name) {
          cells.append(
            .text(
              interval(
                scores.compactMap(\.logprob), scale: ability.kind == "generate" ? 100 : 1,
                digits: ability.kind == "generate" ? 1 : 3)))
        }
        if result.hasDivergence(ability.name) {
          cells.append(.number(scores.first?.klFromBase, digits: 5))
        }
      }
      table.append(cells)
    }
    return table
  }

  private static func softHead(_ kind: String) -> String {
    switch kind {
    case "generate": "pass rate, %"
    case "minimal-pair": "margin, nats"
    default: "logprob, nats"
    }
  }

  private static func interval(_ estimates: [Estimate], scale: Double, digits: Int) -> String {
    func text(_ value: Double) -> String { Table.Cell.number(value * scale, digits: digits).shown }
    guard let first = estimates.first else { return "" }
    if estimates.count == 1 {
      return "\(text(first.value)) [\(text(first.low)), \(text(first.high))]"
    }
    let values = estimates.map(\.value)
    let mean = values.reduce(0, +) / Double(values.count)
    return "\(text(mean)) (seeds \(text(values.min() ?? mean)) … \(text(values.max() ?? mean)))"
  }

  /// One row an edit, ability, metric and control: `effects.csv`.
  public static func effects(_ cells: [CellEffect]) -> Table {
    var table = Table([
      .init("condition"), .init("operation", isShown: false), .init("component", isShown: false),
      .init("by", isShown: false), .init("layers", isShown: false),
      .init("modules", isShown: false), .init("ability"), .init("metric"),
      .init("control", isShown: Set(cells.compactMap(\.control)).count > 1),
      .init("energy_share", isNumeric: true), .init("effect", isNumeric: true),
      .init("effect_low", isNumeric: true), .init("effect_high", isNumeric: true),
      .init("control_effect", isNumeric: true), .init("against", isNumeric: true),
      .init("against_low", isNumeric: true), .init("against_high", isNumeric: true),
      .init("effect_per_energy", isNumeric: true, isShown: false),
      .init("p_value", isNumeric: true, isShown: false), .init("q_value", isNumeric: true),
      .init("estimated_against", isNumeric: true, isShown: false),
      .init("estimated_low", isNumeric: true, isShown: false),
      .init("estimated_high", isNumeric: true, isShown: false), .init("confirmed"),
      .init("holds_at_other_ranks", isShown: cells.contains { $0.holdsAtOtherRanks != nil }),
    ])
    for cell in cells {
      table.append([
        .text(cell.condition), .text(cell.operation), .text(cell.component), .text(cell.by),
        .text(cell.layers), .text(cell.modules), .text(cell.ability),
        .text(cell.metric.rawValue), .text(cell.control), .number(cell.energyShare),
        .number(cell.effect.value), .number(cell.effect.low), .number(cell.effect.high),
        .number(cell.controlEffect), .number(cell.against?.value), .number(cell.against?.low),
        .number(cell.against?.high), .number(cell.effectPerEnergy), .number(cell.pValue, digits: 4),
        .number(cell.qValue, digits: 4), .number(cell.estimatedAgainst?.value),
        .number(cell.estimatedAgainst?.low), .number(cell.estimatedAgainst?.high),
        .text(cell.isConfirmed ? "yes" : "no"),
        .text(cell.holdsAtOtherRanks.map { $0 ? "yes" : "no" }),
      ])
    }
    return table
  }

  /// One row a condition and ability: `conditions.csv`.
  public static func conditions(_ result: AblationResult) -> Table {
    var table = Table([
      .init("id"), .init("kind"), .init("operation"), .init("component"), .init("by"),
      .init("layers"), .init("modules"), .init("rank"), .init("lambda", isNumeric: true),
      .init("rescaled"), .init("rounded"), .init("control"), .init("seed", isNumeric: true),
      .init("control_of"), .init("energy_share", isNumeric: true),
      .init("removed_norm", isNumeric: true), .init("kept_norm", isNumeric: true),
      .init("ability"), .init("n", isNumeric: true), .init("acc", isNumeric: true),
      .init("acc_low", isNumeric: true), .init("acc_high", isNumeric: true),
      .init("logprob", isNumeric: true), .init("logprob_low", isNumeric: true),
      .init("logprob_high", isNumeric: true), .init("share_of_gain_acc", isNumeric: true),
      .init("share_of_gain_logprob", isNumeric: true), .init("mcnemar_p", isNumeric: true),
      .init("kl_from_base", isNumeric: true), .init("kl_to_base", isNumeric: true),
    ])
    for row in result.conditions {
      for ability in result.abilities {
        guard let scores = row.abilities[ability.name] else { continue }
        table.append([
          .text(row.id), .text(row.kind.rawValue), .text(row.operation), .text(row.component),
          .text(row.by), .text(row.layers), .text(row.modules), .text(row.rank),
          .number(row.lambda), .text(row.rescaled ? "yes" : "no"),
          .text(row.rounded ? "yes" : "no"), .text(row.control), .count(row.seed),
          .text(row.controlOf), .number(row.energyShare), .number(row.removedNorm),
          .number(row.keptNorm), .text(ability.name), .count(scores.n),
          .number(scores.acc?.value), .number(scores.acc?.low), .number(scores.acc?.high),
          .number(scores.logprob?.value), .number(scores.logprob?.low),
          .number(scores.logprob?.high), .number(scores.shareOfGain?["acc"]?.value),
          .number(scores.shareOfGain?["logprob"]?.value), .number(scores.mcNemarP, digits: 4),
          .number(scores.klFromBase, digits: 5), .number(scores.klToBase, digits: 5),
        ])
      }
    }
    return table
  }

  /// Sums of single effects against joint effects: `additivity.csv`.
  public static func additivity(_ rows: [Additivity]) -> Table {
    var table = Table([
      .init("operation"), .init("component"), .init("by"), .init("ability"), .init("metric"),
      .init("sum", isNumeric: true), .init("sum_low", isNumeric: true),
      .init("sum_high", isNumeric: true), .init("joint", isNumeric: true),
      .init("joint_low", isNumeric: true), .init("joint_high", isNumeric: true),
      .init("excess", isNumeric: true), .init("excess_low", isNumeric: true),
      .init("excess_high", isNumeric: true),
    ])
    for row in rows {
      let figures = [row.sum, row.joint, row.excess].flatMap { [$0.value, $0.low, $0.high] }
      table.append(
        [
          .text(row.operation), .text(row.component), .text(row.by), .text(row.ability),
          .text(row.metric.rawValue),
        ] + figures.map { .number($0) })
    }
    return table
  }
}

/// A condition, or the draws of one control, as one row.
struct ConditionRow {
  let label: String
  let conditions: [ConditionSummary]

  var energyShare: Double? {
    let shares = conditions.compactMap(\.energyShare)
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  static func rows(of result: AblationResult) -> [ConditionRow] {
    var rows: [ConditionRow] = []
    for condition in result.conditions {
      guard condition.kind == .control, let control = condition.control else {
        rows.append(ConditionRow(label: condition.id, conditions: [condition]))
        continue
      }
      let label = "  ~ \(control)"
      if let last = rows.last, last.label == label,
        last.conditions[0].controlOf == condition.controlOf
      {
        rows[rows.count - 1] = ConditionRow(
          label: label, conditions: last.conditions + [condition])
      } else {
        rows.append(ConditionRow(label: label, conditions: [condition]))
      }
    }
    return rows
  }
}

extension AblationResult {
  /// Whether an ability has a hard score.
  func hasHard(_ ability: String) -> Bool {
    conditions.contains { $0.abilities[ability]?.acc != nil }
  }

  /// Whether KL to the base is known of an ability's texts.
  func hasDivergence(_ ability: String) -> Bool {
    conditions.contains { $0.abilities[ability]?.klFromBase != nil }
  }

  /// Whether an ability has a soft score.
  func hasSoft(_ ability: String) -> Bool {
    conditions.contains { $0.abilities[ability]?.logprob != nil }
  }
}
