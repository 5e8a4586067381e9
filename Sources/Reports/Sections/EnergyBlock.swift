import Updates

/// The four blocks of an update in the singular basis of the base, as charts name them.
enum EnergyBlock: String, CaseIterable {
  case pp = "PP, principal"
  case po = "PO"
  case op = "OP"
  case oo = "OO, strictly off-principal"

  /// Its share of energy.
  var measure: Measure {
    switch self {
    case .pp: .energyPP
    case .po: .energyPO
    case .op: .energyOP
    case .oo: .energyOO
    }
  }

  /// The share that counting dimensions expects, weighted by size; nil without such matrices.
  func expected(over matrices: [MatrixMeasures]) -> Double? {
    var (sum, total) = (0.0, 0.0)
    for matrix in matrices {
      guard let shares = matrix.energyExpected else { continue }
      sum += share(of: shares) * Double(matrix.parameters)
      total += Double(matrix.parameters)
    }
    return sum > 0 ? sum / total : nil
  }

  private func share(of energies: BlockEnergies) -> Double {
    switch self {
    case .pp: energies.pp
    case .po: energies.po
    case .op: energies.op
    case .oo: energies.oo
    }
  }
}
