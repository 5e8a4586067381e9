import Statistics
import Testing

@Suite("Summaries and predictions")
struct SummaryTests {
  @Test("AUC with ties, balanced accuracy and R² equal scikit-learn's")
  func prediction() throws {
    let fixture = try Fixture.load()
    let rows = try fixture["prediction"]
    let expected = try fixture["prediction_expected"][0]
    let auc = Prediction.areaUnderCurve(scores: rows[0], positive: rows[1].map { $0 == 1 })
    expectClose(try #require(auc), expected[0])
    let balanced = Prediction.balancedAccuracy(predicted: rows[3], truth: rows[2])
    expectClose(try #require(balanced), expected[1])
    expectClose(
      try #require(Prediction.rSquared(predicted: rows[0], truth: rows[2])), expected[2])
  }

  @Test("Pearson's and Spearman's correlations equal scipy's, ties included")
  func correlation() throws {
    let fixture = try Fixture.load()
    let rows = try fixture["correlation"]
    let expected = try fixture["correlation_expected"][0]
    expectClose(try #require(Correlation.pearson(rows[0], rows[1])), expected[0])
    expectClose(try #require(Correlation.spearman(rows[0], rows[1])), expected[1])
    #expect(Correlation.pearson([1, 2], [3, 3]) == nil && Correlation.pearson([1], [2]) == nil)
  }

  @Test("Gauss–Legendre nodes and weights equal numpy's")
  func quadrature() throws {
    let rows = try Fixture.load()["legendre"]
    for index in stride(from: 0, to: rows.count, by: 2) {
      let rule = GaussLegendre(count: rows[index].count)
      for (node, (position, weight)) in zip(rule.nodes, zip(rows[index], rows[index + 1])) {
        #expect(abs(node.position - position) < 1e-14 && abs(node.weight - weight) < 1e-14)
      }
    }
  }

  @Test("Nothing is defined of nothing")
  func empty() {
    #expect(Summary.mean([]) == nil && Summary.variance([1]) == nil)
    #expect(Summary.standardError([1]) == nil && Summary.median([]) == nil)
    #expect(Summary.standardError([1, 2], clusters: Clusters(groups: ["a", "a"])) == nil)
    #expect(Summary.quantile([1], at: 1.5) == nil && Summary.quantile([3], at: 0.2) == 3)
    #expect(Prediction.areaUnderCurve(scores: [1, 2], positive: [true, true]) == nil)
    #expect(Prediction.areaUnderCurve(scores: [.nan, 2], positive: [true, false]) == nil)
    #expect(Prediction.balancedAccuracy(predicted: [Int](), truth: []) == nil)
    #expect(Prediction.rSquared(predicted: [1, 2], truth: [3, 3]) == nil)
  }

  @Test("With clusters of one the robust standard error is s/√n")
  func clustersOfOne() throws {
    let values = [0.3, -2, 5, 1.25]
    expectClose(
      try #require(Summary.standardError(values, clusters: Clusters(observations: 4))),
      try #require(Summary.standardError(values)))
  }
}
