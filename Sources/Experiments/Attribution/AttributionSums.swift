import Architecture
import Evaluation
import Statistics

/// Integrated slopes of every prompt and direction, and the sums over parts of the model.
struct AttributionSums {
  private let prompts: [AttributedPrompt]
  private let directions: [AttributionDirection]
  /// ∫ ⟨∂S/∂W, C⟩ ds, [prompts][directions].
  private let integrals: [[Double]]
  private let base: [Double]
  private let tuned: [Double]
  private let checks: [ExactScores]
  private let estimator: Estimator

  /// Reads a finished run.
  ///
  /// - Throws: ``ExperimentError/contradiction(_:)`` if part of it is missing.
  init(of store: RunStore, seed: UInt64) throws {
    estimator = Estimator(seed: seed)
    prompts = try store.records(AttributedPrompt.self, section: "prompt")
    directions = try store.records(AttributionDirection.self, section: "direction")
    let exact = try store.records(ExactScores.self, section: "exact")
    let points = try store.records(PathPoint.self, section: "point")
    let weight = points.reduce(0) { $0 + $1.weight }
    guard let base = exact.first(where: { $0.name == "base" }),
      let tuned = exact.first(where: { $0.name == "tuned" }), abs(weight - 1) < 1e-9
    else {
      throw ExperimentError.contradiction(
        "the path from base to tuned is not finished: give the same command again to go on")
    }
    (self.base, self.tuned) = (base.scores, tuned.scores)
    checks = exact.filter { $0.operation != nil }
    let zeros = [Double](repeating: 0, count: directions.count)
    var integrals = Array(repeating: zeros, count: prompts.count)
    for point in points {
      for (prompt, slopes) in point.slopes.enumerated() {
        for (direction, slope) in slopes.enumerated() {
          integrals[prompt][direction] += point.weight * slope
        }
      }
    }
    self.integrals = integrals
  }

  /// Abilities in the order of their first prompts.
  var abilityNames: [String] { prompts.map(\.ability).uniqued() }

  // MARK: Abilities

  func ability(_ name: String) throws -> AttributionResult.Ability {
    let members = members(of: name)
    let kind = prompts[members[0]].kind
    let clusters = clusters(of: members)
    return AttributionResult.Ability(
      name: name, kind: kind,
      score: kind == "generate"
        ? "reference log-likelihood" : ScoreMetric.logProbability.name(for: kind),
      n: members.count, groups: clusters?.count ?? members.count,
      base: mean(members.map { base[$0] }), tuned: mean(members.map { tuned[$0] }),
      change: try estimator.difference(
        of: members.map { tuned[$0] }, minus: members.map { base[$0] }, clusters: clusters))
  }

  func completeness(_ name: String) -> AttributionResult.Completeness {
    let whole = directions.indices.filter { Self.parts.contains(directions[$0].label.component) }
    let members = members(of: name)
    let sums = members.map { prompt in whole.reduce(0) { $0 + integrals[prompt][$1] } }
    let exact = members.map { tuned[$0] - base[$0] }
    return AttributionResult.Completeness(
      ability: name, sum: mean(sums), exact: mean(exact),
      largestGap: zip(sums, exact).map { abs($0 - $1) }.max() ?? 0)
  }

  /// What makes up all of W₁ − W₀.
  private static let parts: Set<String> = ["all", "rest", "unselected"]

  // MARK: Parts

  func attributions(_ ability: String) throws -> [AttributionResult.Attribution] {
    let members = members(of: ability)
    let clusters = clusters(of: members)
    return try groups.map { group in
      let values = members.map { prompt in
        group.directions.reduce(0) { $0 + integrals[prompt][$1] }
      }
      let energy = group.directions.reduce(0) { $0 + directions[$1].energy }
      let total = group.directions.reduce(0) { $0 + (directions[$1].total ?? 0) }
      return AttributionResult.Attribution(
        ability: ability, by: group.cell?.by.rawValue ?? "outside",
        layers: group.cell?.layerText ?? "", modules: group.cell?.moduleText ?? "",
        component: group.component, value: try estimate(values, clusters, group.cell?.by),
        shareOfChange: try share(values, members, clusters),
        energyShare: total > 0 ? energy / total : nil)
    }
  }

  /// Directions that are added up.
  private struct Group {
    let cell: AblationCell?
    let component: String
    let directions: [Int]
  }

  private var groups: [Group] {
    let matrices = directions.indices.filter { directions[$0].label.tensor != nil }
    let components = matrices.map { directions[$0].label.component }.uniqued()
    let roles = matrices.compactMap { role($0) }
    let modules = WeightRole.projections.filter(Set(roles).contains)
    let layers = Set(matrices.compactMap { directions[$0].label.layer }).sorted()
    var cells = [AblationCell(by: .model, layers: layers, modules: modules)]
    cells += layers.map { AblationCell(by: .layer, layers: [$0], modules: modules) }
    cells += modules.map { AblationCell(by: .module, layers: layers, modules: [$0]) }
    cells += layers.flatMap { layer in
      modules.map { AblationCell(by: .matrix, layers: [layer], modules: [$0]) }
    }
    let own = cells.flatMap { cell in
      components.map { component in
        Group(
          cell: cell, component: component,
          directions: matrices.filter { index in
            let label = directions[index].label
            return label.component == component && label.layer.map(cell.layers.contains) == true
              && role(index).map(cell.modules.contains) == true
          })
      }
    }
    let others = directions.indices.filter { directions[$0].label.tensor == nil }.map {
      Group(cell: nil, component: directions[$0].label.component, directions: [$0])
    }
    return own.filter { !$0.directions.isEmpty } + others
  }

  private func role(_ direction: Int) -> WeightRole? {
    directions[direction].label.module.flatMap(WeightRole.init)
  }

  // MARK: Checks

  func agreement(_ ability: String) -> AttributionResult.Agreement {
    let members = members(of: ability)
    let cells = checks.filter { $0.operation == "remove" }.compactMap { removal in
      let twin = checks.first {
        $0.operation == "keep" && $0.layer == removal.layer && $0.component == removal.component
      }
      return twin.flatMap { cell(removal, $0, members) }
    }
    let isEnough = cells.count >= AttributionResult.Agreement.leastCells
    let (found, exact) = (cells.map(\.attribution), cells.map(\.exact))
    return AttributionResult.Agreement(
      ability: ability, cells: cells,
      pearson: isEnough ? Correlation.pearson(found, exact) : nil,
      spearman: isEnough ? Correlation.spearman(found, exact) : nil,
      relativeError: relativeError(of: cells),
      relativeErrors: Dictionary(grouping: cells, by: \.component).compactMapValues(relativeError))
  }

  private func relativeError(of cells: [AttributionResult.Agreement.Cell]) -> Double? {
    let size = mean(cells.map { abs($0.exact) })
    return size > 0 ? mean(cells.map { abs($0.attribution - $0.exact) }) / size : nil
  }

  private func cell(
    _ removed: ExactScores, _ kept: ExactScores, _ members: [Int]
  ) -> AttributionResult.Agreement.Cell? {
    guard let layer = removed.layer, let component = removed.component else { return nil }
    let own = directions.indices.filter {
      directions[$0].label.layer == layer && directions[$0].label.component == component
    }
    return AttributionResult.Agreement.Cell(
      layer: layer, component: component,
      attribution: mean(members.map { prompt in own.reduce(0) { $0 + integrals[prompt][$1] } }),
      removed: mean(members.map { tuned[$0] - removed.scores[$0] }),
      kept: mean(members.map { kept.scores[$0] - base[$0] }))
  }

  // MARK: Statistics

  private func members(of ability: String) -> [Int] {
    prompts.indices.filter { prompts[$0].ability == ability }
  }

  private func clusters(of members: [Int]) -> Clusters? {
    let clusters = Clusters(groups: members.map { prompts[$0].group })
    return clusters.areGrouped ? clusters : nil
  }

  private func mean(_ values: [Double]) -> Double { Summary.mean(values) ?? 0 }

  /// A bootstrap over prompts as everywhere; Student's t for single matrices, which are many.
  private func estimate(_ values: [Double], _ clusters: Clusters?, _ by: Granularity?) throws
    -> Estimate
  {
    guard by == .matrix, (clusters?.count ?? values.count) >= 2 else {
      return try estimator.difference(
        of: values, minus: values.map { _ in 0 }, clusters: clusters)
    }
    let estimate = try MeanEstimate.student(values, clusters: clusters)
    return Estimate(estimate.mean, estimate.interval)
  }

  private func share(_ values: [Double], _ members: [Int], _ clusters: Clusters?) throws
    -> Estimate?
  {
    // A loss is a gain of the score turned round.
    let change = members.map { tuned[$0] - base[$0] }
    let sign: Double = mean(change) < 0 ? -1 : 1
    guard (clusters?.count ?? values.count) >= 2,
      case .estimated(let share, let interval, _) = try ShareOfGain.estimate(
        edit: values.map { sign * $0 }, base: values.map { _ in 0 },
        tuned: change.map { sign * $0 }, clusters: clusters)
    else { return nil }
    return Estimate(share, interval)
  }
}
