import LinearAlgebra
import Probes
import Testing

@Suite("Probes against scikit-learn")
struct ScikitLearnParityTests {
  /// lbfgs at tol 1e-8 stops up to 6e-4 from the optimum (C = 100), so coefficients are held to
  /// 1e-3 of the largest there, and to 5e-5 of the optimum, which a gradient norm of 1e-8 allows;
  /// predictions are equal.
  @Test("Coefficients, intercepts and predictions equal the reference's")
  func parity() throws {
    let (cases, values) = try ProbeFixture.load()
    #expect(cases.count >= 30)
    for test in cases {
      let (found, predictions) = try fit(test, values)
      #expect(distance(found.weights, test.coef) < 1e-3, "\(test.name)")
      #expect(distance(found.weights, test.optimum.coef) < 5e-5, "\(test.name)")
      let intercepts = zip(found.intercepts, found.weights).map { intercept, weights in
        intercept - zip(weights, found.mean).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(distance([intercepts], [test.optimum.intercept]) < 1e-4, "\(test.name)")
      let reference = Array(test.y.suffix(test.held))
      if test.kind == "logistic" {
        #expect(predictions == test.predictions, "\(test.name)")
        let accuracy = zip(predictions, reference).count { $0 == $1 }
        #expect(accuracy == zip(test.predictions, reference).count { $0 == $1 }, "\(test.name)")
      } else {
        for (value, expected) in zip(predictions, test.predictions) {
          guard case (.number(let value), .number(let expected)) = (value, expected) else {
            Issue.record("\(test.name): not numbers")
            continue
          }
          #expect(abs(value - expected) <= 1e-5 * max(1, abs(expected)), "\(test.name)")
        }
      }
    }
  }

  @Test("Fits that start from another C end at the same optimum")
  func warmStart() throws {
    let (cases, values) = try ProbeFixture.load()
    let test = try #require(cases.first { $0.name == "5 classes, wide, separable, C 100.0" })
    let (cold, _) = try fit(test, values)
    let (warm, _) = try fit(test, values, before: [0.01, 1])
    for (a, b) in zip(cold.weights.joined(), warm.weights.joined()) { #expect(abs(a - b) < 1e-5) }
  }

  /// The largest difference, relative to the largest reference.
  private func distance(_ found: [[Double]], _ expected: [[Double]]) -> Double {
    guard found.map(\.count) == expected.map(\.count) else { return .infinity }
    let differences = zip(found.joined(), expected.joined()).map { abs($0 - $1) }
    return (differences.max() ?? 0) / (expected.joined().map(abs).max() ?? 1)
  }

  private func fit(
    _ test: ProbeFixture.Case, _ values: [Float], before: [Double] = []
  ) throws -> (LinearProbe, [ProbeFixture.Label]) {
    let count = test.rows + test.held
    let activations = Matrix(
      rows: count, columns: test.columns,
      elements: Array(values[test.xOffset..<test.xOffset + count * test.columns]))
    let targets = ProbeTargets(
      test.y.enumerated().map { index, label in
        let value: ProbeItem.Label =
          switch label {
          case .name(let name): .category(name)
          case .number(let number): .number(number)
          }
        return ProbeItem(id: "\(index)", text: "\(index)", label: value)
      })
    var options = ProbeOptions()
    options.standardizes = false
    options.balancesClasses = test.balanced
    let rows = TrainingRows(activations, rows: Array(0..<test.rows), options: options)
    var trainer = try ProbeTrainer(rows, targets, options: options)
    for c in before { _ = try trainer.probe(c: c) }
    let probe = try trainer.probe(c: test.c)
    let scores = try probe.scores(activations, rows: Array(test.rows..<count))
    let predictions: [ProbeFixture.Label] =
      test.kind == "ridge"
      ? scores[0].map { .number($0) }
      : probe.predictedClasses(scores).map { .name(probe.classes[$0]) }
    return (probe, predictions)
  }
}
