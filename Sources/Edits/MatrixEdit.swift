import Architecture
import LinearAlgebra
import Updates

/// The edit of one matrix: W from W₀, W₁ and ΔW.
///
/// - Numerics: components in Float; W in Double, rounded once; norms in Double.
struct MatrixEdit {
  /// The edited matrix W.
  let matrix: Matrix<Float>
  /// What was done.
  let record: MatrixEditRecord

  /// Edits a matrix.
  ///
  /// - Throws: ``UpdateError`` or ``DecompositionError``.
  init(
    _ edit: Edit, entry: WeightEntry, split: UpdateSplit, tuned: Matrix<Float>
  ) throws {
    let component =
      if let draw = edit.control {
        try ControlComponent(split: split, component: edit.component, draw: draw).matrix()
      } else {
        try split.component(edit.component)
      }
    let parts = KeptPart.Parts(update: split.delta, component: component)
    let kept = KeptPart(of: edit, parts)
    matrix = kept.added(to: split.base, tuned: tuned, parts)
    let squaredDelta = split.delta.squaredFrobeniusNorm
    record = MatrixEditRecord(
      name: entry.name, layer: entry.layer,
      module: entry.role.rawValue + (entry.isBias ? ".bias" : ""),
      energyShare: squaredDelta > 0 ? component.squaredFrobeniusNorm / squaredDelta : 0,
      removedNorm: kept.complement.norm(parts), keptNorm: kept.norm(parts),
      deltaNorm: squaredDelta.squareRoot())
  }
}

/// What an edit leaves of an update, W − W₀ = a·ΔW + b·C.
private struct KeptPart {
  /// The matrices that are mixed.
  struct Parts {
    let update: Matrix<Float>
    let component: Matrix<Float>
  }

  /// a.
  let update: Double
  /// b.
  let component: Double

  private init(update: Double, component: Double) {
    (self.update, self.component) = (update, component)
  }

  init(of edit: Edit, _ parts: Parts) {
    var part =
      switch edit.operation {
      case .remove: KeptPart(update: 1, component: -edit.lambda)
      case .keep: KeptPart(update: 0, component: edit.lambda)
      }
    let whole = parts.update.frobeniusNorm
    if whole > 0 {
      switch edit.control?.control {
      case .shrinkRemoved:
        part = KeptPart(update: 1 - part.complement.norm(parts) / whole, component: 0)
      case .shrinkKept: part = KeptPart(update: part.norm(parts) / whole, component: 0)
      default: break
      }
    }
    if edit.rescale {
      let norm = part.norm(parts)
      // A kept part of zero stays zero.
      if norm > 0 { part = part.scaled(by: whole / norm) }
    }
    self = part
  }

  /// What the edit takes, ΔW − (a·ΔW + b·C).
  var complement: KeptPart { KeptPart(update: 1 - update, component: -component) }

  func scaled(by factor: Double) -> KeptPart {
    KeptPart(update: factor * update, component: factor * component)
  }

  /// ‖a·ΔW + b·C‖.
  func norm(_ parts: Parts) -> Double {
    if component == 0 { return update.magnitude * parts.update.frobeniusNorm }
    var sum = 0.0
    for (delta, part) in zip(parts.update.elements, parts.component.elements) {
      let value = update * Double(delta) + component * Double(part)
      sum += value * value
    }
    return sum.squareRoot()
  }

  /// W₀ + a·ΔW + b·C, from W₁ = W₀ + ΔW where a = 1, and bit for bit W₀ or W₁ where it is that.
  func added(to base: Matrix<Float>, tuned: Matrix<Float>, _ parts: Parts) -> Matrix<Float> {
    let reference = update == 1 ? tuned : base
    let rest = update == 1 ? 0 : update
    if rest == 0, component == 0 { return reference }
    let count = reference.elements.count
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        let change =
          rest * Double(parts.update.elements[index])
          + component * Double(parts.component.elements[index])
        buffer[index] = Float(Double(reference.elements[index]) + change)
      }
      initialized = count
    }
    return Matrix(rows: reference.rows, columns: reference.columns, elements: elements)
  }
}
