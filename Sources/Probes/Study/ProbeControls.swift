import LinearAlgebra
import Statistics

/// What probing finds where there is nothing to find, by accuracy or R².
public struct ProbeControls: Sendable, Equatable, Codable {
  /// The share of the commonest training label, or R² of the training mean.
  public let majority: Double
  /// Labels permuted over items, grouped folds; nil without draws.
  public let shuffled: NullBand?
  /// Probes that see only the projection on one random direction; nil without draws.
  public let randomDirections: NullBand?
  /// The control task; nil where random labels do not vary in every fold.
  public let selectivity: Selectivity?

  /// Hewitt & Liang's control task: the same probe, labels fixed at random per type.
  ///
  /// Both accuracies are over folds that do **not** keep types together, for only then can a probe
  /// memorise types: selectivity says how far the accuracy is more than that.
  ///
  /// - Source: Hewitt & Liang 2019, arXiv 1909.03368, §2.
  public struct Selectivity: Sendable, Equatable, Codable {
    /// Of the property itself.
    public let task: Double
    /// Of the control labels.
    public let control: Double
    /// task − control with a bootstrap interval over types.
    public let difference: MeanEstimate
  }
}

/// Draws the controls of one property.
struct ControlTasks {
  let targets: ProbeTargets
  let types: [String]
  let options: ProbeOptions

  /// Labels drawn from the property's own, one a type; depends on the type and the seed only.
  func controlTask() -> ProbeTargets {
    targets.rearranged(
      types.map { type in
        var random = CounterRandom(seed: options.seed, stream: "control-task/" + type)
        return Int.random(in: 0..<types.count, using: &random)
      })
  }

  /// Labels permuted over items.
  func shuffled(draw: Int) -> ProbeTargets {
    var random = CounterRandom(seed: options.seed, stream: "shuffled-labels/\(draw)")
    return targets.rearranged(Array(types.indices).shuffled(using: &random))
  }

  /// Activations reduced to their projection on a random direction, [n, 1].
  func projected(_ activations: Matrix<Float>, draw: Int) -> Matrix<Float> {
    var random = CounterRandom(seed: options.seed, stream: "random-direction/\(draw)")
    let direction = Matrix<Float>.gaussian(rows: activations.columns, columns: 1, using: &random)
    return activations * direction
  }

  /// The mean item score of always predicting the training fold's commonest label, or its mean.
  func majority(folds: [Int]) -> Double {
    var predictions = HeldOutPredictions(folds: folds, targets: targets)
    for fold in 0...(folds.max() ?? 0) {
      let training = folds.indices.filter { folds[$0] != fold }
      let held = folds.indices.filter { folds[$0] == fold }
      switch targets {
      case .numbers(let values):
        let mean = Summary.mean(training.map { values[$0] }) ?? 0
        for item in held { predictions.values[item] = mean }
      case .classes(let labels, let names):
        var counts = [Int](repeating: 0, count: names.count)
        for item in training { counts[labels[item]] += 1 }
        let commonest = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        for item in held { predictions.classes[item] = commonest }
      }
    }
    return Summary.mean(predictions.itemScores(targets)) ?? 0
  }
}
