import LinearAlgebra

/// Standardised rows that are ready to train on, whatever the labels.
package struct TrainingRows {
  let rows: [Int]
  let standardization: Standardization
  let space: TrainingSpace

  /// Takes the training rows out of the activations of all items, [n, d].
  package init(_ activations: Matrix<Float>, rows: [Int], options: ProbeOptions) {
    self.rows = rows
    standardization = Standardization(activations, rows: rows, scales: options.standardizes)
    space = TrainingSpace(standardization.applied(to: activations, rows: rows))
  }
}

/// Trains probes on some rows at several C; each starts from the last one's optimum.
package struct ProbeTrainer {
  private enum Method {
    case logistic(LogisticRegression)
    case ridge(RidgeRegression)
    case means(weights: Matrix<Double>, intercepts: [Double])
  }

  private let standardization: Standardization
  private let kind: LinearProbe.Kind
  private let classes: [String]
  private var method: Method

  /// Takes the labels of all items; those of the training items vary.
  package init(_ training: TrainingRows, _ targets: ProbeTargets, options: ProbeOptions) throws {
    standardization = training.standardization
    let rows = training.rows
    switch targets {
    case .numbers(let values):
      kind = .ridge
      classes = []
      method = .ridge(RidgeRegression(space: training.space, targets: rows.map { values[$0] }))
    case .classes(let labels, let names):
      // A class that is absent from these rows has no weights: its intercept would run away.
      let present = Set(rows.map { labels[$0] }).sorted()
      let position = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
      let trained = rows.map { position[labels[$0]] ?? 0 }
      kind = options.classifier
      classes = present.map { names[$0] }
      switch kind {
      case .logistic, .ridge:
        let weights =
          options.balancesClasses
          ? Self.balanced(trained, classes: present.count)
          : Array(repeating: 1, count: rows.count)
        method = .logistic(
          LogisticRegression(
            space: training.space, labels: trained, classes: present.count, weights: weights,
            tolerance: options.tolerance))
      case .meanDifference, .whitenedDifference:
        let difference = try MeanDifference(
          features: training.space.features, labels: trained, classes: present.count,
          isWhitened: kind == .whitenedDifference)
        method = .means(weights: difference.weights, intercepts: difference.intercepts)
      }
    }
  }

  /// The probe at one C.
  ///
  /// - Throws: ``ProbeError/notConverged(iterations:gradientNorm:tolerance:)``,
  ///   ``DecompositionError``.
  package mutating func probe(c: Double) throws -> LinearProbe {
    switch method {
    case .logistic(var regression):
      let fit = try regression.fit(c: c)
      method = .logistic(regression)
      return probe(fit.weights, fit.intercepts, c: c, iterations: fit.iterations)
    case .ridge(let regression):
      let fit = try regression.fit(alpha: 1 / c)
      return probe(fit.weights, [fit.intercept], c: c)
    case .means(let weights, let intercepts):
      return probe(weights, intercepts, c: nil)
    }
  }

  private func probe(
    _ weights: Matrix<Double>, _ intercepts: [Double], c: Double?, iterations: Int = 0
  ) -> LinearProbe {
    LinearProbe(
      kind: kind, classes: classes, weights: (0..<weights.rows).map { Array(weights.row($0)) },
      intercepts: intercepts, mean: standardization.mean, scale: standardization.scale, c: c,
      iterations: iterations)
  }

  private static func balanced(_ labels: [Int], classes: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return labels.map { Double(labels.count) / (Double(classes) * counts[$0]) }
  }
}
