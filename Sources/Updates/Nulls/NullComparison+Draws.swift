import LinearAlgebra
import Statistics

extension NullComparison {
  /// Draws each null and compares the measures of an update with it.
  ///
  /// - Throws: ``DecompositionError``.
  static func results(
    for measures: MatrixMeasures, of update: MatrixUpdate, changed: EntryMask,
    on analysis: BaseAnalysis, options: NullOptions
  ) throws -> [UpdateNull: NullResult] {
    guard !options.nulls.isEmpty else { return [:] }
    let isZero = !update.delta.elements.contains { $0 != 0 }
    let projections = isZero ? nil : analysis.projections
    var results: [UpdateNull: NullResult] = [:]
    for null in options.nulls {
      if isZero {
        results[null] = NullResult(reason: BaseAnalysis.zeroUpdate)
        continue
      }
      var groups = options.groups.intersection(analysis.options.groups)
        .intersection(null.movedGroups)
      var comparisons: [Measure: NullComparison] = [:]
      if case .norm = null, groups.remove(.energy) != nil {
        comparisons = try exactEnergies(measures, level: options.level)
      }
      if groups.isEmpty {
        results[null] = NullResult(comparisons)
        continue
      }
      let needsMatrix = !groups.isDisjoint(with: [.size, .energy, .shape, .rotation])
      do {
        let sampler = try NullSampler(
          null, for: update, changed: changed, seed: options.seed, needsMatrix: needsMatrix)
        var draws: [Measure: [Double]] = [:]
        for number in 0..<options.seeds {
          let drawn = try analysis.values(
            of: sampler.draw(number), for: update, groups: groups, projections: projections)
          for (measure, value) in drawn { draws[measure, default: []].append(value) }
        }
        for (measure, values) in draws {
          guard let observed = measures[measure], !values.allSatisfy({ $0 == observed }) else {
            continue
          }
          comparisons[measure] = try NullComparison(observed, draws: values, level: options.level)
        }
        results[null] = NullResult(comparisons)
      } catch NullSampler.Unavailable.because(let reason) {
        results[null] = NullResult(reason: reason)
      }
    }
    return results
  }

  /// The four energy shares of a Gaussian update of any size follow Beta laws, whatever W₀ is.
  private static func exactEnergies(
    _ measures: MatrixMeasures, level: Double
  ) throws -> [Measure: NullComparison] {
    let (m, n, k) = (measures.rows, measures.columns, measures.rank)
    let dimensions: [(Measure, Int)] = [
      (.energyPP, k * k), (.energyPO, k * (n - k)), (.energyOP, (m - k) * k),
      (.energyOO, (m - k) * (n - k)),
    ]
    var comparisons: [Measure: NullComparison] = [:]
    for (measure, count) in dimensions {
      guard let observed = measures[measure] else { continue }
      let law = try EnergyShareLaw(dimensions: count, of: m * n)
      comparisons[measure] = NullComparison(observed, law: law, level: level)
    }
    return comparisons
  }
}

extension BaseAnalysis {
  /// The leading k singular vectors as rows, rounded: enough for the energies of draws.
  struct Projections: Sendable {
    let left: Matrix<Float>
    let right: Matrix<Float>
  }

  /// The projections at k; nil where energy shares are not defined.
  var projections: Projections? {
    guard let factors, rank <= algebraicRank else { return nil }
    return Projections(
      left: factors.left.rows(0..<rank).converted(),
      right: factors.right.rows(0..<rank).converted())
  }

  /// The measures of a draw.
  ///
  /// - Throws: ``DecompositionError``.
  fileprivate func values(
    of draw: NullDraw, for update: MatrixUpdate, groups: Set<MeasureGroup>,
    projections: Projections?
  ) throws -> [Measure: Double] {
    var result = MatrixMeasures(of: update)
    if let delta = draw.delta {
      if groups.contains(.size) { measureSize(delta.squaredFrobeniusNorm, into: &result) }
      if groups.contains(.energy), let projections {
        let profile = EnergyProfile(of: delta, left: projections.left, right: projections.right)
        if let shares = profile.energies(at: rank)?.shares { result.setEnergy(shares) }
      }
      if !groups.isDisjoint(with: [.shape, .rotation]) {
        try measureSpectra(of: delta, groups: groups, into: &result)
      }
    }
    if groups.contains(.change) { result.setDensities(of: draw.changed) }
    if groups.contains(.overlap), let masks {
      result.setOverlap(MaskOverlap(of: draw.changed, with: masks))
    }
    return result.values
  }
}
