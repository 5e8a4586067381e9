import LinearAlgebra
import Statistics

/// Nested cross-validation: C is chosen inside each training fold, and every item is predicted by a
/// probe that saw neither it nor its group.
struct CrossValidatedFit {
  let predictions: HeldOutPredictions
  /// The probe of each fold.
  let probes: [LinearProbe]
  /// The C that does best over the outer folds: that of the final probe.
  let bestC: Double
}

/// One property's activations, cut into folds and standardised once for several label sets.
struct FoldedRows {
  let activations: Matrix<Float>
  let folds: [Int]
  let training: [TrainingRows]
  let held: [[Int]]

  init(_ activations: Matrix<Float>, folds: [Int], options: ProbeOptions) {
    self.activations = activations
    self.folds = folds
    let count = (folds.max() ?? -1) + 1
    let rows = Array(folds.indices)
    held = (0..<count).map { fold in rows.filter { folds[$0] == fold } }
    training = (0..<count).map { fold in
      TrainingRows(activations, rows: rows.filter { folds[$0] != fold }, options: options)
    }
  }

  /// Whether every training fold has more than one label.
  func canTrain(_ targets: ProbeTargets) -> Bool {
    training.allSatisfy { targets.varies(over: $0.rows) }
  }

  /// Held-out predictions and probes at one C.
  func fit(
    _ targets: ProbeTargets, c: Double, options: ProbeOptions
  ) throws -> HeldOutPredictions {
    var predictions = HeldOutPredictions(folds: folds, targets: targets)
    for (training, held) in zip(training, held) {
      var trainer = try ProbeTrainer(training, targets, options: options)
      try predictions.record(try trainer.probe(c: c), activations, rows: held, targets: targets)
    }
    return predictions
  }

  /// Nested cross-validation; `innerFolds` holds, for each outer fold, the inner fold of each of its
  /// training rows.
  func nestedFit(
    _ targets: ProbeTargets, innerFolds: [[Int]], options: ProbeOptions
  ) throws -> CrossValidatedFit {
    var predictions = HeldOutPredictions(folds: folds, targets: targets)
    var probes: [LinearProbe] = []
    var totals = [Double](repeating: 0, count: options.grid.count)
    for (fold, training) in training.enumerated() {
      let chosen = try innerChoice(training.rows, innerFolds[fold], targets, options)
      var trainer = try ProbeTrainer(training, targets, options: options)
      for (index, c) in options.grid.enumerated() {
        let probe = try trainer.probe(c: c)
        totals[index] += try selectionScore(probe, held[fold], targets)
        if index == chosen {
          try predictions.record(probe, activations, rows: held[fold], targets: targets)
          probes.append(probe)
        }
      }
    }
    return CrossValidatedFit(
      predictions: predictions, probes: probes, bestC: options.grid[Self.best(totals)])
  }

  /// The index of the C with the best mean score over the inner folds.
  private func innerChoice(
    _ rows: [Int], _ inner: [Int], _ targets: ProbeTargets, _ options: ProbeOptions
  ) throws -> Int {
    guard options.grid.count > 1 else { return 0 }
    var options = options
    options.tolerance = max(options.tolerance, options.selectionTolerance)
    var totals = [Double](repeating: 0, count: options.grid.count)
    for fold in 0...(inner.max() ?? 0) {
      let split = zip(rows, inner)
      let training = TrainingRows(
        activations, rows: split.filter { $1 != fold }.map { $0.0 }, options: options)
      let held = split.filter { $1 == fold }.map { $0.0 }
      var trainer = try ProbeTrainer(training, targets, options: options)
      for (index, c) in options.grid.enumerated() {
        totals[index] += try selectionScore(try trainer.probe(c: c), held, targets)
      }
    }
    return Self.best(totals)
  }

  /// Balanced accuracy, or minus the squared error of numbers.
  private func selectionScore(
    _ probe: LinearProbe, _ rows: [Int], _ targets: ProbeTargets
  ) throws -> Double {
    let scores = try probe.scores(activations, rows: rows)
    switch targets {
    case .numbers(let truth):
      return -zip(rows, scores[0]).reduce(0) { $0 + (truth[$1.0] - $1.1) * (truth[$1.0] - $1.1) }
    case .classes(let labels, let names):
      let predicted = probe.predictedClasses(scores).map { probe.classes[$0] }
      return Prediction.balancedAccuracy(
        predicted: predicted, truth: rows.map { names[labels[$0]] }) ?? 0
    }
  }

  /// The first of the largest: ties go to the stronger penalty.
  private static func best(_ totals: [Double]) -> Int {
    totals.indices.max { (totals[$0], $1) < (totals[$1], $0) } ?? 0
  }
}
