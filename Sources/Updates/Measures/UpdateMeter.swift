import LinearAlgebra

/// Measures updates, one matrix at a time.
///
///     let meter = UpdateMeter(options: MeasureOptions(), nulls: NullOptions([.norm], seeds: 20))
///     let measures = try meter.measure(update)
///     let share = measures[.energyPP]
///
/// Everything spectral is computed in Double on one thread; measure several matrices at once with
/// `concurrentMap`.
public struct UpdateMeter: Sendable {
  /// What is measured.
  public let options: MeasureOptions
  /// What it is compared with.
  public let nulls: NullOptions

  /// Creates a meter.
  public init(options: MeasureOptions = MeasureOptions(), nulls: NullOptions = .none) {
    self.options = options
    self.nulls = nulls
  }

  /// Measures the update of one matrix and compares it with the nulls.
  ///
  /// p-values are those of this matrix alone; ``NullCorrection`` adjusts them for many.
  ///
  /// - Throws: ``UpdateError`` if a matrix cannot be decomposed.
  /// - Complexity: O(mn·min(m, n)) for an update, and again for each draw of a null unless only
  ///   cheap groups are asked for.
  public func measure(_ update: MatrixUpdate) throws -> MatrixMeasures {
    try UpdateError.naming(update.name) {
      let analysis = try BaseAnalysis(of: update.base, options: options)
      let needsChange = !options.groups.isDisjoint(with: [.change, .overlap])
      let change =
        needsChange || !nulls.nulls.isEmpty
        ? ChangeMask(base: update.base, delta: update.delta) : nil
      var measures = try analysis.measures(of: update, change: change)
      if let change {
        measures.nulls = try NullComparison.results(
          for: measures, of: update, changed: change.changed, on: analysis, options: nulls)
      }
      return measures
    }
  }
}
