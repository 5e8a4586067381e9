import LinearAlgebra
import Updates

extension ControlComponent {
  /// The same part with Haar-random U′ and V′ of the same rank.
  ///
  /// A component of `rank:R`, `tail:R` or `triplet:I` is a block too, with ΔW's own singular
  /// vectors; for masks the random subspace is spanned by as many random entries.
  func inRandomSubspace() throws -> Matrix<Float> {
    var random = generator()
    switch component {
    case .maskPrincipal, .maskOffPrincipal, .maskLow, .maskSafe:
      let keys = Matrix<Float>(rows: split.delta.rows, columns: split.delta.columns) { _, _ in
        Float(random.uniform())
      }
      return EntryMask.smallest(count: try maskCount(), of: keys).applied(to: split.delta)
    default:
      let rank = try rank()
      let u = try Matrix<Float>.haarOrthonormal(
        rows: split.delta.rows, columns: rank, using: &random)
      let v = try Matrix<Float>.haarOrthonormal(
        rows: split.delta.columns, columns: rank, using: &random)
      return part(of: BlockSplit(delta: split.delta, u: u, v: v))
    }
  }

  /// The number of entries in the component's mask.
  private func maskCount() throws -> Int {
    switch component {
    case .maskPrincipal: try split.masks().principal.count
    case .maskOffPrincipal: try (!split.masks().principal).count
    case .maskSafe: try split.masks().safe.count
    default: EntryMask.smallest(split.options.maskAlpha, of: split.base).count
    }
  }
}
