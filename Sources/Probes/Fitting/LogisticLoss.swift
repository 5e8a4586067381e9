import Foundation

/// The logistic loss of labelled scores: sigmoid for two classes, softmax for more.
///
/// Scores and derivatives have shape [outputs, n]; two classes have one output, the log-odds of
/// class 1, as in scikit-learn.
struct LogisticLoss {
  let labels: [Int]
  let classes: Int
  /// Σ of these divides the gradient in the stopping rule; scikit-learn's `sample_weight`.
  let weights: [Double]

  var outputs: Int { classes == 2 ? 1 : classes }

  /// The derivatives w·(p − y) of the weighted loss by the scores.
  func derivatives(_ scores: [Double]) -> [Double] {
    let count = labels.count
    var result = probabilities(scores)
    for row in 0..<count {
      if outputs == 1 {
        result[row] = weights[row] * (result[row] - Double(labels[row]))
      } else {
        result[labels[row] * count + row] -= 1
        for output in 0..<outputs { result[output * count + row] *= weights[row] }
      }
    }
    return result
  }

  /// One second derivative a row: w·p(1 − p), for softmax averaged over classes so that it is exact
  /// at equal probabilities.
  func curvatures(_ scores: [Double]) -> [Double] {
    let count = labels.count
    let probabilities = probabilities(scores)
    let share = outputs == 1 ? 1 : 1 / Double(classes - 1)
    return (0..<count).map { row in
      var sum = 0.0
      for output in 0..<outputs {
        let p = probabilities[output * count + row]
        sum += p * (1 - p)
      }
      return weights[row] * share * sum
    }
  }

  private func probabilities(_ scores: [Double]) -> [Double] {
    let count = labels.count
    guard outputs > 1 else { return scores.map { 1 / (1 + exp(-$0)) } }
    var result = scores
    for row in 0..<count {
      var largest = -Double.infinity
      for output in 0..<outputs { largest = max(largest, scores[output * count + row]) }
      var sum = 0.0
      for output in 0..<outputs {
        let value = exp(scores[output * count + row] - largest)
        result[output * count + row] = value
        sum += value
      }
      for output in 0..<outputs { result[output * count + row] /= sum }
    }
    return result
  }
}
