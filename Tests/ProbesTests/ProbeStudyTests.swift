import Foundation
import LinearAlgebra
import Probes
import Statistics
import Testing

@Suite("Probe studies")
struct ProbeStudyTests {
  private func train(
    _ property: SyntheticProperty, _ options: ProbeOptions = SyntheticProperty.options
  ) throws -> TrainedProbe {
    let study = try ProbeStudy(try property.set(), options: options)
    return try study.train([("site", property.activations())])[0]
  }

  @Test("A planted class is found, its direction within 5 degrees")
  func plantedClass() throws {
    var property = SyntheticProperty()
    property.items = 6000
    property.width = 12
    property.strength = 4
    var options = SyntheticProperty.options
    options.grid = [1]
    let probe = try train(property, options)
    #expect(probe.score > 0.95, "\(probe.score)")
    #expect((probe.estimates[.rocAUC]?.value ?? 0) > 0.99)
    #expect(angle(probe.probe.direction, property.direction) < 5)
    let controls = try #require(probe.controls)
    #expect(controls.majority <= 0.52)
    #expect(abs((controls.shuffled?.mean ?? 0) - 0.5) < 0.06)
    #expect((controls.randomDirections?.mean ?? 1) < probe.score)
    #expect((controls.selectivity?.difference.interval.low ?? 0) > 0.3)
  }

  @Test("A planted number is found with R² near 1, its direction within 5 degrees")
  func plantedNumber() throws {
    var property = SyntheticProperty()
    property.isNumeric = true
    property.items = 3000
    property.width = 12
    property.strength = 10
    let probe = try train(property)
    #expect(probe.score > 0.95)
    #expect(angle(probe.probe.direction, property.direction) < 5)
    #expect((probe.controls?.shuffled?.mean ?? 1) < 0.05)
  }

  @Test("What is not there is at chance within its interval", arguments: [UInt64(1), 2, 3])
  func absent(seed: UInt64) throws {
    var property = SyntheticProperty()
    property.strength = 0
    property.seed = seed
    let probe = try train(property)
    let interval = try #require(probe.estimates[.balancedAccuracy]?.interval)
    #expect(interval.low < 0.5 && interval.high > 0.42)
    #expect((probe.estimates[.rocAUC]?.interval?.low ?? 1) < 0.5)
    property.isNumeric = true
    #expect(try train(property).score < 0.05)
  }

  /// Activations name the type and nothing else; labels are random by type.
  @Test("A probe that memorises types has no selectivity, and none across types")
  func memorising() throws {
    let types = 60
    var random = CounterRandom(seed: 3, stream: "types")
    let means = Matrix<Float>.gaussian(rows: types, columns: 200, using: &random)
    var noise = Matrix<Float>.gaussian(rows: 360, columns: 200, using: &random)
    var items: [ProbeItem] = []
    let labels = (0..<types).map { _ in Bool.random(using: &random) }
    for row in 0..<360 {
      let type = row % types
      for column in 0..<200 {
        noise.elements[row * 200 + column] =
          0.1 * noise.elements[row * 200 + column] + means.elements[type * 200 + column]
      }
      items.append(
        ProbeItem(
          id: "\(row)", text: "t", label: .category(labels[type] ? "a" : "b"), type: "\(type)"))
    }
    var options = SyntheticProperty.options
    options.grid = [1]
    let study = try ProbeStudy(try ProbeSet(name: "memory", items: items), options: options)
    let probe = try study.train([("site", noise)])[0]
    let selectivity = try #require(probe.controls?.selectivity)
    #expect(selectivity.task > 0.99 && selectivity.control > 0.99)
    #expect(abs(selectivity.difference.mean) < 0.02)
    #expect(probe.score < 0.75)
  }

  @Test("Types never stand on both sides of a fold, inner folds included")
  func grouped() throws {
    let study = try ProbeStudy(try SyntheticProperty().set(), options: SyntheticProperty.options)
    let types = study.items.map(\.type)
    for fold in 0..<5 {
      let training = types.indices.filter { study.folds[$0] != fold }
      let held = Set(types.indices.filter { study.folds[$0] == fold }.map { types[$0] })
      #expect(held.isDisjoint(with: training.map { types[$0] }))
      let inner = study.innerFolds[fold]
      for number in 0..<5 {
        let split = zip(training, inner)
        let left = Set(split.filter { $1 == number }.map { types[$0.0] })
        #expect(left.isDisjoint(with: split.filter { $1 != number }.map { types[$0.0] }))
      }
    }
  }

  @Test("Threads and order change nothing; a result survives JSON")
  func determinism() throws {
    let property = SyntheticProperty()
    let study = try ProbeStudy(try property.set(), options: SyntheticProperty.options)
    let sites = ["a", "b", "c"].map { (name: $0, activations: property.activations(noise: $0)) }
    let one = try study.train(sites, threads: 1)
    let two = try study.train(sites.reversed(), threads: 2)
    #expect(one == Array(two.reversed()))
    let data = try JSONEncoder().encode(one[0])
    #expect(try JSONDecoder().decode(TrainedProbe.self, from: data) == one[0])
  }

  @Test(
    "The mean differences find what is planted",
    arguments: [
      LinearProbe.Kind.meanDifference, .whitenedDifference,
    ])
  func meanDifferences(kind: LinearProbe.Kind) throws {
    var options = SyntheticProperty.options
    options.classifier = kind
    for width in [40, 300] {
      var property = SyntheticProperty()
      property.width = width
      let probe = try train(property, options)
      #expect(probe.score > 0.97, "\(kind.rawValue), \(width)")
      #expect(probe.probe.c == nil)
    }
  }

  @Test("Weighted metrics equal those of the repeated items")
  func weightedMetrics() throws {
    let property = SyntheticProperty(items: 60, width: 5, strength: 1)
    let study = try ProbeStudy(try property.set(), options: SyntheticProperty.options)
    let probe = try study.train([("site", property.activations())], withControls: false)[0]
    let evaluator = MetricEvaluator(probe.predictions, study.targets)
    let weights = (0..<60).map { Double(($0 * 7) % 3) }
    guard case .classes(let labels, _) = study.targets else { return }
    let repeated = labels.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    let truth = repeated.map { labels[$0] }
    let predicted = repeated.map { probe.predictions.classes[$0] }
    #expect(
      evaluator.value(.balancedAccuracy, weights: weights)
        == Prediction.balancedAccuracy(predicted: predicted, truth: truth))
    var concordant = 0.0
    var pairs = 0.0
    for fold in 0..<5 {
      let items = repeated.filter { probe.predictions.folds[$0] == fold }
      let positive = items.map { labels[$0] == 1 }
      let count = Double(positive.count { $0 } * positive.count { !$0 })
      let area = Prediction.areaUnderCurve(
        scores: items.map { probe.predictions.values[$0] }, positive: positive)
      concordant += count * (area ?? 0)
      pairs += count
    }
    let area = try #require(evaluator.value(.rocAUC, weights: weights))
    #expect(abs(area - concordant / pairs) < 1e-12)
  }
}
