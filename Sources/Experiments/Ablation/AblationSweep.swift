import Architecture
import Checkpoints
import Edits
import Updates

/// The conditions of a plan, in the order in which they are scored.
///
/// Base and tuned first, then every edit followed by its controls, layer by layer upwards, so that
/// residual streams below the edited layer are computed once. Edits that a finer cut repeats
/// (a model of one layer) are scored under each id.
enum AblationSweep {
  static func conditions(of plan: AblationPlan, in table: WeightTable) throws
    -> [AblationCondition]
  {
    var cuts = plan.by.uniqued()
    // Sums of single effects are shown against the joint effect.
    let isPartition = cuts.contains { [.layer, .module, .matrix].contains($0) }
    if isPartition && !cuts.contains(.model) { cuts.insert(.model, at: 0) }
    let cells = try AblationCell.cells(cuts, of: plan.selection, in: table)
    var conditions: [AblationCondition] = [.base, .tuned]
    for cell in cells {
      for operation in plan.operations.uniqued() {
        for component in plan.components.uniqued() {
          if component == .rest && cell.by != .model { continue }
          conditions += Self.family(of: component, operation, cell, plan)
        }
      }
    }
    if let rounded = Self.roundedTwin(of: plan, cells) { conditions.append(rounded) }
    return conditions
  }

  /// An edit, its controls, and the same at k/2 and 2k where the plan asks for it.
  private static func family(
    of component: Component, _ operation: Edit.Operation, _ cell: AblationCell,
    _ plan: AblationPlan
  ) -> [AblationCondition] {
    var edits = [AblationCondition(edit(plan, operation, component, cell), of: cell)]
    if plan.rankCheck && component.dependsOnRank {
      for (factor, name) in [(0.5, "half-k"), (2.0, "double-k")] {
        var other = edit(plan, operation, component, cell)
        other.rank = plan.rank.scaled(by: factor)
        other.maskRank = plan.maskRank.scaled(by: factor)
        edits.append(AblationCondition(other, of: cell, variant: name))
      }
    }
    return edits.flatMap { condition -> [AblationCondition] in
      guard component.hasControls else { return [condition] }
      let controls = plan.controls.uniqued().filter { $0.isDefined(for: component) }.flatMap {
        control in
        (0..<(control.isRandom ? UInt64(plan.controlSeeds) : 1)).compactMap { draw in
          condition.controlled(by: control, seed: plan.seed &+ draw)
        }
      }
      return [condition] + controls
    }
  }

  private static func edit(
    _ plan: AblationPlan, _ operation: Edit.Operation, _ component: Component,
    _ cell: AblationCell
  ) -> Edit {
    Edit(
      operation: operation, component: component, selection: cell.selection, rank: plan.rank,
      maskRank: plan.maskRank, maskAlpha: plan.maskAlpha, lambda: plan.lambda,
      rescale: operation == .keep && plan.rescale, include: Set(plan.include),
      rounding: plan.roundEdits ? .bf16 : nil)
  }

  /// The first edit of the sweep with the other rounding: one row of every run shows what bf16
  /// takes away.
  private static func roundedTwin(of plan: AblationPlan, _ cells: [AblationCell])
    -> AblationCondition?
  {
    guard let cell = cells.first, let operation = plan.operations.first,
      let component = plan.components.first
    else { return nil }
    var twin = edit(plan, operation, component, cell)
    twin.rounding = plan.roundEdits ? nil : .bf16
    return AblationCondition(twin, of: cell, variant: plan.roundEdits ? "f32" : "bf16")
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in order.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
