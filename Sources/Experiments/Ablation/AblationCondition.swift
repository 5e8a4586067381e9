import Edits
import Updates

/// One model that a sweep scores: base, tuned, an edit, or a control of an edit.
public struct AblationCondition: Sendable, Hashable {
  /// What a condition is for.
  public enum Kind: String, Sendable, Hashable, Codable {
    case base, tuned, edit, control
  }

  /// Unique in the run, stable over runs of the same plan.
  public let id: String
  /// What it is for.
  public let kind: Kind
  /// The edit; nil for base and tuned.
  public let edit: Edit?
  /// The matrices it touches; nil for base and tuned.
  public let cell: AblationCell?
  /// The id of the edit that it controls.
  public let controlOf: String?

  /// The base as it is.
  static let base = AblationCondition(
    id: "base", kind: .base, edit: nil, cell: nil, controlOf: nil)
  /// The tuned model as it is.
  static let tuned = AblationCondition(
    id: "tuned", kind: .tuned, edit: nil, cell: nil, controlOf: nil)

  private init(id: String, kind: Kind, edit: Edit?, cell: AblationCell?, controlOf: String?) {
    self.id = id
    self.kind = kind
    self.edit = edit
    self.cell = cell
    self.controlOf = controlOf
  }

  /// An edit of a cell.
  init(_ edit: Edit, of cell: AblationCell, variant: String? = nil) {
    let place = "\(cell.by.rawValue)=\(cell.by == .model ? "all" : Self.place(of: cell))"
    let parts = ["\(edit.operation.rawValue)", "\(edit.component)", place, variant]
    self.init(
      id: parts.compactMap { $0 }.joined(separator: "/"), kind: .edit, edit: edit, cell: cell,
      controlOf: nil)
  }

  /// A control of this edit.
  func controlled(by control: Control, seed: UInt64) -> AblationCondition? {
    guard var edit, let cell else { return nil }
    edit.control = Edit.ControlDraw(control: control, seed: seed)
    let suffix = control.isRandom ? "\(control.rawValue)#\(seed)" : control.rawValue
    return AblationCondition(
      id: "\(id)~\(suffix)", kind: .control, edit: edit, cell: cell, controlOf: id)
  }

  private static func place(of cell: AblationCell) -> String {
    switch cell.by {
    case .module: cell.moduleText
    case .matrix: "\(cell.layerText).\(cell.moduleText)"
    default: cell.layerText
    }
  }
}
