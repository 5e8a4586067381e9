import LinearAlgebra

/// What probes said of items they were not trained on.
public struct HeldOutPredictions: Sendable, Equatable, Codable {
  /// The fold of each item; its probe was trained on the others.
  public let folds: [Int]
  /// The predicted class of each item, an index of the property's sorted class names; empty for
  /// numbers.
  public internal(set) var classes: [Int]
  /// The predicted number of each item, or with two classes the score of the second; empty with
  /// three or more.
  public internal(set) var values: [Double]

  init(folds: [Int], targets: ProbeTargets) {
    self.folds = folds
    switch targets {
    case .numbers:
      classes = []
      values = Array(repeating: 0, count: folds.count)
    case .classes(_, let names):
      classes = Array(repeating: 0, count: folds.count)
      values = names.count == 2 ? Array(repeating: 0, count: folds.count) : []
    }
  }

  /// Enters what a probe says of some rows.
  mutating func record(
    _ probe: LinearProbe, _ activations: Matrix<Float>, rows: [Int], targets: ProbeTargets
  ) throws {
    let scores = try probe.scores(activations, rows: rows)
    if !values.isEmpty {
      for (index, row) in rows.enumerated() { values[row] = scores[0][index] }
    }
    guard case .classes(_, let names) = targets else { return }
    let position = probe.classes.map { names.firstIndex(of: $0) ?? 0 }
    for (row, predicted) in zip(rows, probe.predictedClasses(scores)) {
      classes[row] = position[predicted]
    }
  }

  /// One score an item whose mean is the accuracy or, of numbers, R² = 1 − (y − ŷ)²/variance.
  func itemScores(_ targets: ProbeTargets) -> [Double] {
    switch targets {
    case .classes(let labels, _):
      return zip(labels, classes).map { $0 == $1 ? 1 : 0 }
    case .numbers(let truth):
      let mean = truth.reduce(0, +) / Double(truth.count)
      let variance = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(truth.count)
      return zip(truth, values).map { 1 - ($0 - $1) * ($0 - $1) / variance }
    }
  }
}
