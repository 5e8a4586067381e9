import LinearAlgebra
import Updates

extension ControlComponent {
  /// A Haar block that holds the component's energy, or ΔW without one that holds the rest of it.
  ///
  /// The smaller of the two shares, e ≤ ½, decides: the block P_U′ ΔW P_V′ has the smallest k′
  /// whose share reaches e, with min(k′, m) left and min(k′, n) right directions, and is then
  /// scaled down so that the energy matches exactly.
  func ofEqualEnergy() throws -> Matrix<Float> {
    let delta = split.delta
    let total = delta.squaredFrobeniusNorm
    let energy = try split.component(component).squaredFrobeniusNorm
    guard total > 0, energy > 0 else { return Matrix(rows: delta.rows, columns: delta.columns) }
    if energy <= total / 2 {
      let (block, blockEnergy) = try haarBlock(holding: energy, of: total)
      return Float((energy / blockEnergy).squareRoot()) * block
    }
    // ‖ΔW − sB‖² = ‖ΔW‖² − (2s − s²)‖B‖² for a block B of ΔW.
    let missing = total - energy
    guard missing > 0 else { return delta }
    let (block, blockEnergy) = try haarBlock(holding: missing, of: total)
    let scale = 1 - max(1 - missing / blockEnergy, 0).squareRoot()
    return delta - Float(scale) * block
  }

  /// The smallest nested Haar block with at least the wanted energy, and its energy.
  private func haarBlock(
    holding wanted: Double, of total: Double
  ) throws -> (block: Matrix<Float>, energy: Double) {
    let (m, n) = (split.delta.rows, split.delta.columns)
    // The share of a k′ block is k′²/(mn) on average; some room saves a second draw.
    let expected = (wanted / total * Double(m) * Double(n)).squareRoot()
    var size = min(Int(1.1 * expected) + 8, max(m, n))
    while true {
      var random = generator()
      let u = try Matrix<Float>.haarOrthonormal(rows: m, columns: min(size, m), using: &random)
      let v = try Matrix<Float>.haarOrthonormal(rows: n, columns: min(size, n), using: &random)
      let core = u.multiplied(split.delta, .transposed, .plain) * v
      if let (k, energy) = core.smallestLeadingBlock(holding: wanted, orAll: size == max(m, n)) {
        let (a, b) = (min(k, m), min(k, n))
        let block = core.rows(0..<a).columns(0..<b).multiplied(
          v.columns(0..<b), .plain, .transposed)
        return (u.columns(0..<a) * block, energy)
      }
      size = min(size + size / 2, max(m, n))
    }
  }
}

extension Matrix where Scalar == Float {
  /// The smallest k whose leading min(k, m) × min(k, n) block holds an energy, and its energy.
  ///
  /// - Parameters:
  ///   - wanted: The squared norm to reach.
  ///   - orAll: Whether the whole matrix is the answer if rounding keeps it below `wanted`.
  /// - Returns: nil if no block reaches it.
  fileprivate func smallestLeadingBlock(
    holding wanted: Double, orAll: Bool
  ) -> (size: Int, energy: Double)? {
    var energy = 0.0
    for k in 0..<Swift.max(rows, columns) {
      if k < rows {
        for column in 0..<Swift.min(k, columns) { energy += square(k, column) }
      }
      if k < columns {
        for row in 0..<Swift.min(k + 1, rows) { energy += square(row, k) }
      }
      if energy >= wanted { return (k + 1, energy) }
    }
    return orAll ? (Swift.max(rows, columns), energy) : nil
  }

  private func square(_ row: Int, _ column: Int) -> Double {
    let value = Double(self[row, column])
    return value * value
  }
}
