import Architecture
import Checkpoints
import Edits
import Transformer
import Updates

/// A model whose activations are probed: the reference, another model, or an edit of the pair.
struct ProbeCondition: Sendable {
  /// Unique in the run: `model 0`, `model 1`, or an edit's id.
  let id: String
  /// The model's place in the plan; nil for edits.
  let model: Int?
  /// The edit of the first and the second model.
  let edit: Edit?

  /// All conditions of a plan, the reference first.
  static func all(of plan: ProbePlan, in table: WeightTable) throws -> [ProbeCondition] {
    let models = plan.models.indices.map {
      ProbeCondition(id: "model \($0)", model: $0, edit: nil)
    }
    guard !plan.components.isEmpty else { return models }
    let cells = try AblationCell.cells(plan.by.uniqued(), of: .all, in: table)
    let edits = cells.flatMap { cell in
      plan.operations.uniqued().flatMap { operation in
        plan.components.uniqued().filter { $0 != .rest || cell.by == .model }.map { component in
          let edit = Edit(
            operation: operation, component: component, selection: cell.selection,
            rank: plan.rank)
          return ProbeCondition(
            id: AblationCondition(edit, of: cell).id, model: nil, edit: edit)
        }
      }
    }
    return models + edits
  }
}
