import LinearAlgebra
import Statistics

extension BaseAnalysis {
  /// Measures an update of this W₀.
  ///
  /// - Parameters:
  ///   - update: the update.
  ///   - change: the entries that it changes; nil where no group asks for them.
  /// - Returns: the measures without nulls.
  /// - Throws: ``DecompositionError`` and, never on finite input, `StatisticsError`.
  func measures(of update: MatrixUpdate, change: ChangeMask?) throws -> MatrixMeasures {
    var result = MatrixMeasures(of: update)
    result.rank = rank
    result.maskRank = maskRank
    result.maskAlpha = options.maskAlpha
    let delta = update.delta
    let groups = options.groups
    if groups.contains(.size) { measureSize(delta.squaredFrobeniusNorm, into: &result) }
    if groups.contains(.energy) { try measureEnergy(of: delta, into: &result) }
    if !groups.isDisjoint(with: [.shape, .rotation]) {
      try measureSpectra(of: delta, groups: groups, into: &result)
    }
    if let change {
      if groups.contains(.change) { measureChange(change, of: update, into: &result) }
      if groups.contains(.overlap) { measureOverlap(change.changed, into: &result) }
    }
    return result
  }

  static let zeroBase = "W₀ is zero"
  static let zeroUpdate = "ΔW is zero"

  func measureSize(_ energy: Double, into result: inout MatrixMeasures) {
    result.set(.deltaNorm, energy.squareRoot(), else: "ΔW overflows")
    result.set(.relativeNorm, norm > 0 ? energy.squareRoot() / norm : nil, else: Self.zeroBase)
  }

  private func measureEnergy(of delta: Matrix<Float>, into result: inout MatrixMeasures) throws {
    guard let factors, let widest = curveRanks.last, rank <= algebraicRank else {
      let reason = norm > 0 ? "k exceeds the rank of W₀, \(algebraicRank)" : Self.zeroBase
      return result.leaveOut(.energy, because: reason)
    }
    let profile = EnergyProfile(
      of: delta.converted(to: Double.self), left: factors.left.rows(0..<widest),
      right: factors.right.rows(0..<widest))
    let (m, n) = (base.rows, base.columns)
    result.energyExpected = .expectedShares(rows: m, columns: n, rank: rank)
    guard let shares = profile.energies(at: rank)?.shares else {
      return result.leaveOut(.energy, because: Self.zeroUpdate)
    }
    result.setEnergy(shares)
    result.energyCurve = try curveRanks.compactMap {
      try EnergyPoint(profile.energies(at: $0), rank: $0, rows: m, columns: n)
    }
    let neighbors = Self.neighbors(of: rank, limit: min(m, n))
    let excesses = result.energyCurve.filter { neighbors.contains($0.rank) }
      .map { $0.shares.pp - $0.expected.pp }
    if Set(neighbors).isSubset(of: curveRanks) {
      result.isRankDependent = excesses.contains { $0 > 0 } && excesses.contains { $0 < 0 }
    }
    if isTied {
      result.warnings.append("σ_k and σ_{k+1} of W₀ are equal: the subspaces at k are not unique")
    }
  }

  func measureSpectra(
    of delta: Matrix<Float>, groups: Set<MeasureGroup>, into result: inout MatrixMeasures
  ) throws {
    let isZero = !delta.elements.contains { $0 != 0 }
    let shape = SpectralShape(
      isZero
        ? [Double](repeating: 0, count: min(delta.rows, delta.columns))
        : try delta.converted(to: Double.self).spectrum())
    if groups.contains(.shape) { measureShape(shape, into: &result) }
    if groups.contains(.rotation) { try measureRotation(by: delta, shape, into: &result) }
  }

  private func measureShape(_ shape: SpectralShape, into result: inout MatrixMeasures) {
    result.set(.deltaSpectralNorm, shape.spectralNorm, else: "")
    result.set(
      .algebraicRank,
      Double(
        shape.singularValues.count {
          !SpectralFactors.isNegligible(
            $0, of: shape.singularValues, rows: base.rows, columns: base.columns)
        }), else: "")
    guard shape.energy > 0 else {
      for measure in [
        Measure.rank1Share, .rank1ShareNorm, .stableRank, .effectiveRank, .effectiveRankEnergy,
      ] { result.set(measure, nil, else: Self.zeroUpdate) }
      return
    }
    result.set(.rank1Share, shape.share(rank: 1), else: "")
    result.set(.rank1ShareNorm, shape.share(rank: 1).squareRoot(), else: "")
    result.set(.stableRank, shape.stableRank, else: "")
    result.set(.effectiveRank, shape.effectiveRank(ofSquares: false), else: "")
    result.set(.effectiveRankEnergy, shape.effectiveRank(ofSquares: true), else: "")
    result.rankShares = MeasureOptions.shareRanks.filter { $0 <= shape.singularValues.count }.map {
      let share = shape.share(rank: $0)
      return RankShare(rank: $0, share: share, shareNorm: share.squareRoot())
    }
  }

  private func measureRotation(
    by delta: Matrix<Float>, _ shape: SpectralShape, into result: inout MatrixMeasures
  ) throws {
    guard let factors, let matrix else {
      return result.leaveOut(.rotation, because: Self.zeroBase)
    }
    let shift = try SpectrumShift(
      to: matrix + delta.converted(), from: (matrix, factors), rank: rank,
      delta: (shape.spectralNorm, shape.energy))
    result.set(.nss, shift.nss, else: "")
    result.set(.weylRatio, shift.bounds.weyl.ratio, else: Self.zeroUpdate)
    result.set(.hoffmanWielandtRatio, shift.bounds.hoffmanWielandt.ratio, else: Self.zeroUpdate)
    result.set(.intrudersU, Double(shift.intruders.u), else: "")
    result.set(.intrudersV, Double(shift.intruders.v), else: "")
    result.bounds = shift.bounds
    guard rank <= algebraicRank else {
      for measure in [Measure.maxAngleU, .maxAngleV, .wedinRatio] {
        result.set(measure, nil, else: "k exceeds the rank of W₀, \(algebraicRank)")
      }
      return
    }
    result.anglesU = shift.anglesU.degrees
    result.anglesV = shift.anglesV.degrees
    result.set(.maxAngleU, result.anglesU.last, else: "")
    result.set(.maxAngleV, result.anglesV.last, else: "")
    result.set(
      .wedinRatio, shift.bounds.wedin.ratio,
      else: shape.energy > 0 ? "σ_k(W₀) ≤ σ_{k+1}(W₁): there is no bound" : Self.zeroUpdate)
  }

  private func measureChange(
    _ change: ChangeMask, of update: MatrixUpdate, into result: inout MatrixMeasures
  ) {
    result.sparsityCurve = zip(MeasureOptions.toleranceCurve, change.unchangedShares).map {
      SparsityPoint(eta: $0, share: $1)
    }
    result.set(.sparsityAbsolute, change.unchangedAbsolutely, else: "")
    result.setDensities(of: change.changed)
    result.set(.sparsityNarrowed, update.sparsityNarrowed, else: "both are stored alike")
    result.rowDensities = change.changed.rowDensities
    result.columnDensities = change.changed.columnDensities
  }

  private func measureOverlap(_ changed: EntryMask, into result: inout MatrixMeasures) {
    guard let masks else { return }
    result.overlapExpected = MaskOverlap(expectedOf: masks)
    result.setOverlap(MaskOverlap(of: changed, with: masks))
  }
}

extension MatrixMeasures {
  mutating func setEnergy(_ shares: BlockEnergies) {
    set(.energyPP, shares.pp, else: "")
    set(.energyPO, shares.po, else: "")
    set(.energyOP, shares.op, else: "")
    set(.energyOO, shares.oo, else: "")
  }

  /// Sets what depends on the change mask alone.
  mutating func setDensities(of changed: EntryMask) {
    set(.sparsity, 1 - changed.density, else: "")
    set(
      .rowDensityDeviation, Summary.standardDeviation(changed.rowDensities),
      else: "there is one row")
    set(
      .columnDensityDeviation, Summary.standardDeviation(changed.columnDensities),
      else: "there is one column")
  }

  mutating func setOverlap(_ overlap: MaskOverlap?) {
    let reason = "no entry changed"
    set(.overlapPrincipal, overlap?.principal, else: reason)
    set(.overlapLow, overlap?.low, else: reason)
    set(.overlapPrincipalNotLow, overlap?.principalNotLow, else: reason)
  }
}
