import LinearAlgebra
import Statistics

/// One property, prepared once: labels, folds, controls and resamples that every site and model
/// shares.
///
///     let study = try ProbeStudy(set, options: options)
///     let base = try study.train(activations, threads: 2)          // [site: Matrix] → probes
///     let tuned = try study.transfer(base, to: tunedActivations, threads: 2)
///
/// Results depend on items, activations and options only, not on threads or order.
public struct ProbeStudy: Sendable {
  /// The property.
  public let property: String
  /// Sorted class names; empty for numbers.
  public let classes: [String]
  /// The options it was made with.
  public let options: ProbeOptions

  package let items: [ProbeItem]
  package let targets: ProbeTargets
  let clusters: Clusters
  let bootstrap: TypeBootstrap
  let controls: ControlTasks
  /// The fold of each item, types kept together.
  package let folds: [Int]
  /// For each fold, the inner fold of each of its training items.
  package let innerFolds: [[Int]]
  /// The fold of each item, types ignored: for the control task.
  let itemFolds: [Int]
  let majority: Double

  /// Checks the items and deals them into folds.
  ///
  /// - Throws: ``ProbeError`` on bad options, a single label, or fewer items or types than folds;
  ///   also where a training fold is left with one label.
  public init(_ set: ProbeSet, options: ProbeOptions = ProbeOptions()) throws {
    try options.check()
    var options = options
    let targets = ProbeTargets(set.items)
    if case .classes = targets, options.classifier != .logistic { options.grid = [1] }
    let types = set.items.map(\.type)
    let strata = targets.strata
    guard targets.varies(over: Array(types.indices)) else {
      throw ProbeError.oneLabel(property: set.name, label: targets.shown(0), place: "its items")
    }
    for (what, found) in [("items", types.count), ("types", Set(types).count)]
    where found < options.folds {
      throw ProbeError.tooFew(
        property: set.name, what: what, found: found, folds: options.folds)
    }
    let folds = try CrossValidation.folds(
      groups: types, strata: strata, folds: options.folds, seed: options.seed)
    let rowsOfFold = (0..<options.folds).map { fold in
      types.indices.filter { folds[$0] != fold }
    }
    innerFolds = try rowsOfFold.map { rows in
      let innerTypes = rows.map { types[$0] }
      let count = min(options.folds, Set(innerTypes).count)
      guard count >= 2 else {
        throw ProbeError.tooFew(
          property: set.name, what: "types in a training fold", found: count, folds: 2)
      }
      return try CrossValidation.folds(
        groups: innerTypes, strata: strata.map { strata in rows.map { strata[$0] } }, folds: count,
        seed: options.seed)
    }
    for (rows, inner) in zip(rowsOfFold, innerFolds) {
      for fold in 0...(inner.max() ?? 0) {
        let training = zip(rows, inner).filter { $1 != fold }.map { $0.0 }
        guard targets.varies(over: training) else {
          throw ProbeError.oneLabel(
            property: set.name, label: targets.shown(training.first ?? 0), place: "a training fold")
        }
      }
    }
    property = set.name
    items = set.items
    self.options = options
    self.targets = targets
    self.folds = folds
    if case .classes(_, let names) = targets { classes = names } else { classes = [] }
    itemFolds = try CrossValidation.folds(
      groups: set.items.map(\.id), strata: strata, folds: options.folds, seed: options.seed)
    clusters = Clusters(groups: types)
    bootstrap = TypeBootstrap(clusters: clusters, options: options)
    controls = ControlTasks(targets: targets, types: types, options: options)
    majority = controls.majority(folds: folds)
  }

  /// Trains and tests a probe at every site, sites in parallel.
  ///
  /// - Parameters:
  ///   - sites: Names and activations [items, width], rows in the order of the items.
  ///   - threads: Workers; each computes on one thread.
  ///   - withControls: Whether controls are drawn too.
  /// - Returns: One probe a site.
  /// - Throws: ``ProbeError``, `DecompositionError`.
  public func train(
    _ sites: [(name: String, activations: Matrix<Float>)], threads: Int = 1,
    withControls: Bool = true
  ) throws -> [TrainedProbe] {
    try concurrentMap(sites.count, threads: threads) {
      try train(sites[$0].name, sites[$0].activations, withControls: withControls)
    }
  }

  func train(
    _ site: String, _ activations: Matrix<Float>, withControls: Bool
  ) throws -> TrainedProbe {
    try check(activations)
    let rows = FoldedRows(activations, folds: folds, options: options)
    let fit = try rows.nestedFit(targets, innerFolds: innerFolds, options: options)
    let all = TrainingRows(activations, rows: Array(folds.indices), options: options)
    var trainer = try ProbeTrainer(all, targets, options: options)
    return TrainedProbe(
      property: property, site: site, probe: try trainer.probe(c: fit.bestC),
      foldProbes: fit.probes, predictions: fit.predictions,
      itemScores: fit.predictions.itemScores(targets),
      estimates: try bootstrap.estimates(fit.predictions, targets),
      controls: withControls ? try measureControls(rows, c: fit.bestC) : nil)
  }

  private func measureControls(_ rows: FoldedRows, c: Double) throws -> ProbeControls {
    var shuffled: [Double] = []
    var directions: [Double] = []
    for draw in 0..<options.controlDraws {
      let permuted = controls.shuffled(draw: draw)
      if rows.canTrain(permuted) {
        let predictions = try rows.fit(permuted, c: c, options: options)
        shuffled.append(Summary.mean(predictions.itemScores(permuted)) ?? 0)
      }
      let projected = FoldedRows(
        controls.projected(rows.activations, draw: draw), folds: folds, options: options)
      let predictions = try projected.fit(targets, c: c, options: options)
      directions.append(Summary.mean(predictions.itemScores(targets)) ?? 0)
    }
    func band(_ draws: [Double]) throws -> NullBand? {
      draws.isEmpty ? nil : try NullBand(draws: draws, level: options.level)
    }
    return ProbeControls(
      majority: majority, shuffled: try band(shuffled), randomDirections: try band(directions),
      selectivity: try selectivity(rows.activations, c: c))
  }

  private func selectivity(
    _ activations: Matrix<Float>, c: Double
  ) throws -> ProbeControls.Selectivity? {
    let rows = FoldedRows(activations, folds: itemFolds, options: options)
    let control = controls.controlTask()
    guard rows.canTrain(control) else { return nil }
    let task = try rows.fit(targets, c: c, options: options).itemScores(targets)
    let memorised = try rows.fit(control, c: c, options: options).itemScores(control)
    return ProbeControls.Selectivity(
      task: Summary.mean(task) ?? 0, control: Summary.mean(memorised) ?? 0,
      difference: try itemBootstrap.meanDifference(
        of: task, minus: memorised, clusters: clusters, level: options.level))
  }

  /// The bootstrap of paired item scores.
  var itemBootstrap: Bootstrap { Bootstrap(replicates: options.replicates, seed: options.seed) }

  func check(_ activations: Matrix<Float>) throws {
    guard activations.rows == items.count else {
      throw ProbeError.shape(
        what: "rows of activations, one an item of \(property)", expected: items.count,
        found: activations.rows)
    }
    if let (row, column) = activations.firstNonFinite {
      throw ProbeError.notFinite(item: items[row].id, column: column)
    }
  }
}
