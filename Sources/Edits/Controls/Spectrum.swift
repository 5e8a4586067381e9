import LinearAlgebra
import Updates

extension ControlComponent {
  /// P·Σ·Qᵀ with Haar-random P and Q and the component's own singular values.
  ///
  /// For the component `all` these are the singular values of ΔW. Values below 2⁻²⁴ · max(m, n) · σ₁
  /// are rounding of the component and left out.
  func ofEqualSpectrum() throws -> Matrix<Float> {
    let part = try split.component(component)
    let all = try part.singularValues()
    let floor = (all.first ?? 0) * Float(max(part.rows, part.columns)) * 0x1p-24
    let values = all.filter { $0 > floor }
    var random = generator()
    let p = try Matrix<Float>.haarOrthonormal(
      rows: part.rows, columns: values.count, using: &random)
    let q = try Matrix<Float>.haarOrthonormal(
      rows: part.columns, columns: values.count, using: &random)
    let middle = BaseSubspace(u: p, v: q, singularValues: values.map(Double.init))
    return middle.reconstructed()
  }
}
