import Statistics

/// Effects of every edit on every ability against every control.
struct CellEffects {
  let scores: AblationScores
  let estimator: Estimator

  /// All cells in plan order, adjusted together.
  func all() throws -> [CellEffect] {
    let edits = scores.conditions.filter { $0.kind == .edit }
    let controls = Dictionary(grouping: scores.conditions.filter { $0.kind == .control }) {
      $0.controlOf ?? ""
    }
    var cells: [CellEffect] = []
    for ability in scores.abilities {
      for metric in ScoreMetric.allCases {
        let variances = try SeedVariances(scores, ability, metric, edits, controls)
        for edit in edits {
          cells += try effects(of: edit, controls[edit.id] ?? [], ability, metric, variances)
        }
      }
    }
    return try adjusted(cells)
  }

  private func effects(
    of edit: AblationScores.Condition, _ controls: [AblationScores.Condition], _ ability: String,
    _ metric: ScoreMetric, _ variances: SeedVariances
  ) throws -> [CellEffect] {
    let reference = edit.operation == "keep" ? "base" : "tuned"
    guard let edited = scores.values(edit.id, ability, metric),
      let before = scores.values(reference, ability, metric)
    else { return [] }
    let clusters = scores.clusters(of: ability)
    let effect = try estimator.difference(of: edited, minus: before, clusters: clusters)
    let half = try estimation(edit.id, reference, ability, metric)
    let byControl = Dictionary(grouping: controls) { $0.control ?? "" }
    let names = controls.compactMap(\.control).uniqued()
    guard !names.isEmpty else {
      return [
        cell(
          edit, ability, metric, effect: effect, estimated: half, control: nil, seeds: 0,
          whole: nil, selection: nil, estimation: nil)
      ]
    }
    return try names.map { name in
      let draws = (byControl[name] ?? []).map(\.id)
      func against(_ fold: Fold?) throws -> ControlledEffect? {
        guard let seeds = variances.variance(of: edit, control: name, fold: fold) else {
          return nil
        }
        return try controlled(edit.id, draws, reference, ability, metric, fold, seeds)
      }
      return cell(
        edit, ability, metric, effect: effect, estimated: half, control: name,
        seeds: draws.count, whole: try against(nil), selection: try against(.selection),
        estimation: try against(.estimation))
    }
  }

  private func estimation(
    _ edit: String, _ reference: String, _ ability: String, _ metric: ScoreMetric
  ) throws -> Estimate? {
    guard let edited = scores.values(edit, ability, metric, fold: .estimation),
      let before = scores.values(reference, ability, metric, fold: .estimation)
    else { return nil }
    return try estimator.difference(
      of: edited, minus: before, clusters: scores.clusters(of: ability, fold: .estimation))
  }

  private func controlled(
    _ edit: String, _ draws: [String], _ reference: String, _ ability: String,
    _ metric: ScoreMetric, _ fold: Fold?, _ seeds: SeedVariance
  ) throws -> ControlledEffect? {
    guard let before = scores.values(reference, ability, metric, fold: fold),
      let edited = scores.values(edit, ability, metric, fold: fold),
      (scores.clusters(of: ability, fold: fold)?.count ?? before.count) >= 2
    else { return nil }
    func effect(_ values: [Double]) -> [Double] { zip(values, before).map { $0 - $1 } }
    let controls = draws.compactMap { scores.values($0, ability, metric, fold: fold) }.map(effect)
    guard controls.count == draws.count, !controls.isEmpty else { return nil }
    return try ControlledEffect(
      edit: effect(edited), controls: controls, seeds: seeds,
      clusters: scores.clusters(of: ability, fold: fold))
  }

  private func cell(
    _ edit: AblationScores.Condition, _ ability: String, _ metric: ScoreMetric,
    effect: Estimate, estimated: Estimate?, control: String?, seeds: Int,
    whole: ControlledEffect?, selection: ControlledEffect?, estimation: ControlledEffect?
  ) -> CellEffect {
    let energy = edit.energyShare
    return CellEffect(
      condition: edit.id, operation: edit.operation ?? "", component: edit.component ?? "",
      by: edit.by ?? "", layers: edit.layers ?? "", modules: edit.modules ?? "",
      ability: ability, kind: scores.prompts[ability]?.first?.kind ?? "", metric: metric,
      control: control, controlSeeds: seeds,
      energyShare: energy, effect: effect,
      against: whole.map { Estimate($0.difference, $0.interval) },
      controlEffect: whole?.controlEffect,
      effectPerEnergy: energy.flatMap { $0 > 0 && effect.excludesZero ? effect.value / $0 : nil },
      pValue: selection?.pValue, qValue: nil, estimated: estimated,
      estimatedControl: estimation?.controlEffect,
      estimatedAgainst: estimation.map { Estimate($0.difference, $0.interval) },
      holdsAtOtherRanks: nil)
  }

  /// Benjamini–Hochberg over the whole family that is printed.
  private func adjusted(_ cells: [CellEffect]) throws -> [CellEffect] {
    let tested = cells.indices.filter { cells[$0].pValue != nil }
    let adjusted = try MultipleTesting.benjaminiHochberg(tested.map { cells[$0].pValue ?? 1 })
    var cells = cells
    for (index, q) in zip(tested, adjusted) { cells[index].qValue = q }
    return checkedAtOtherRanks(cells)
  }

  /// Compares each cell with the same cell at k/2 and 2k.
  private func checkedAtOtherRanks(_ cells: [CellEffect]) -> [CellEffect] {
    var twins: [String: [CellEffect]] = [:]
    for cell in cells {
      for variant in ["/half-k", "/double-k"] where cell.condition.hasSuffix(variant) {
        twins[cell.key(dropping: variant), default: []].append(cell)
      }
    }
    var cells = cells
    for index in cells.indices {
      guard let others = twins[cells[index].key(dropping: "")], others.count == 2 else { continue }
      let sign = (cells[index].against?.value ?? 0) > 0
      cells[index].holdsAtOtherRanks = others.allSatisfy {
        $0.isConfirmed && (($0.against?.value ?? 0) > 0) == sign
      }
    }
    return cells
  }
}

extension CellEffect {
  fileprivate func key(dropping suffix: String) -> String {
    "\(condition.dropLast(suffix.count))|\(ability)|\(metric.rawValue)|\(control ?? "")"
  }
}

/// Between-seed variances of controls, pooled over the cells of a module type.
private struct SeedVariances {
  private var pools: [Key: SeedVariance] = [:]

  private struct Key: Hashable {
    let pool: String
    let control: String
    let fold: Fold?
  }

  init(
    _ scores: AblationScores, _ ability: String, _ metric: ScoreMetric,
    _ edits: [AblationScores.Condition], _ controls: [String: [AblationScores.Condition]]
  ) throws {
    var cells: [Key: [[Double]]] = [:]
    for edit in edits {
      let byControl = Dictionary(grouping: controls[edit.id] ?? []) { $0.control ?? "" }
      for (name, draws) in byControl {
        for fold in [nil, Fold.selection, .estimation] {
          let means = draws.compactMap { draw in
            scores.values(draw.id, ability, metric, fold: fold).flatMap(Summary.mean)
          }
          let key = Key(pool: Self.pool(of: edit), control: name, fold: fold)
          cells[key, default: []].append(means)
        }
      }
    }
    for (key, means) in cells {
      // A control without draws of its own (shrinking) has no variance between seeds.
      pools[key] =
        means.contains { $0.count > 1 }
        ? try SeedVariance.pooled(means)
        : SeedVariance.none
    }
  }

  func variance(of edit: AblationScores.Condition, control: String, fold: Fold?) -> SeedVariance? {
    pools[Key(pool: Self.pool(of: edit), control: control, fold: fold)]
  }

  /// Cells share a variance where they share everything but their layers.
  private static func pool(of edit: AblationScores.Condition) -> String {
    [
      edit.operation, edit.component, edit.by, edit.modules, edit.rank, "\(edit.isRounded)",
    ].map { $0 ?? "" }.joined(separator: "|")
  }
}
