import LinearAlgebra
import Statistics
import Testing

@Suite("Tests and their corrections")
struct HypothesisTests {
  let fixture: Fixture
  init() throws { fixture = try .load() }

  @Test("Benjamini–Hochberg and Holm equal statsmodels'")
  func multiple() throws {
    let rows = try fixture["multiple"]
    for (found, expected) in zip(try MultipleTesting.benjaminiHochberg(rows[0]), rows[1]) {
      expectClose(found, expected)
    }
    for (found, expected) in zip(try MultipleTesting.holm(rows[0]), rows[2]) {
      expectClose(found, expected)
    }
    #expect(try MultipleTesting.holm([]).isEmpty)
    #expect(throws: StatisticsError.self) { try MultipleTesting.benjaminiHochberg([0.1, .nan]) }
  }

  @Test("T, its degrees of freedom and p against numpy and scipy")
  func effect() throws {
    let rows = try fixture["effect"]
    let expected = try fixture["effect_expected"][0]
    let seeds = try SeedVariance.pooled(Array(rows[1...3]))
    #expect(seeds.degreesOfFreedom == 12)
    let found = try ControlledEffect(edit: rows[0], controls: Array(rows[4...]), seeds: seeds)
    expectClose(found.statistic, expected[0])
    expectClose(found.degreesOfFreedom, expected[1])
    expectClose(found.pValue, expected[2])
    // p and the interval are one statement: 0 is on the edge at level 1 − p.
    let edge = try ControlledEffect(
      edit: rows[0], controls: Array(rows[4...]), seeds: seeds, level: 1 - found.pValue)
    #expect(min(abs(edge.interval.low), abs(edge.interval.high)) < 1e-9)
  }

  @Test("An edit that equals its control shows nothing, an effect without variance is not certain")
  func degenerate() throws {
    let still = try SeedVariance.pooled([[0, 0]])
    let none = try ControlledEffect(edit: [0, 0, 0], controls: [[0, 0, 0]], seeds: still)
    #expect(none.statistic == 0 && none.pValue == 1)
    let all = try ControlledEffect(edit: [-1, -1, -1], controls: [[0, 0, 0]], seeds: still)
    #expect(all.statistic == -.infinity && all.pValue == 0.25)
    #expect(throws: StatisticsError.self) { try SeedVariance.pooled([[1], []]) }
    #expect(throws: StatisticsError.self) {
      try ControlledEffect(edit: [1, 2], controls: [], seeds: still)
    }
    #expect(throws: StatisticsError.self) {
      try ControlledEffect(edit: [1, 2], controls: [[1]], seeds: still)
    }
  }

  @Test("Monte-Carlo p-values count ties and know when they cannot reject")
  func monteCarlo() throws {
    let null = [0.0, 1, 1, 2]
    #expect(MonteCarlo.pValue(of: 1, null: null) == 4.0 / 5)
    #expect(MonteCarlo.pValue(of: 3, null: null) == 1.0 / 5)
    #expect(MonteCarlo.pValue(of: 0, null: null, tail: .lower) == 2.0 / 5)
    #expect(MonteCarlo.pValue(of: 3, null: null, tail: .both) == 2.0 / 5)
    #expect(MonteCarlo.pValue(of: .nan, null: null).isNaN)
    #expect(MonteCarlo.cannotReject(draws: 18, cells: 1))
    #expect(!MonteCarlo.cannotReject(draws: 19, cells: 1))
    #expect(MonteCarlo.cannotReject(draws: 19, cells: 1, tail: .both))
    #expect(MonteCarlo.cannotReject(draws: 20, cells: 7))
  }

  @Test("The maximum statistic compares every cell with the largest of each joint draw")
  func maximum() throws {
    let found = try MonteCarlo.maximumStatisticP(
      observed: [2.5, 0.5], draws: [[1, 2], [3, 0], [0, 1]])
    #expect(found == [2.0 / 4, 4.0 / 4])
    #expect(throws: StatisticsError.self) {
      try MonteCarlo.maximumStatisticP(observed: [1], draws: [[1, 2]])
    }
  }

  @Test("A null band gives mean, spread and z")
  func nullBand() throws {
    let band = try NullBand(draws: [1, 2, 3, 4, 5], level: 0.5)
    #expect(band.mean == 3 && band.interval == Interval(low: 2, high: 4, level: 0.5))
    expectClose(try #require(band.z(of: 5)), 2 / 2.5.squareRoot())
    #expect(try NullBand(draws: [7]).z(of: 8) == nil)
    #expect(throws: StatisticsError.self) { try NullBand(draws: []) }
  }

  @Test("The energy share law is Beta(k²/2, (mn − k²)/2)")
  func energyShare() throws {
    let law = try EnergyShareLaw.principal(rows: 192, columns: 96, rank: 10)
    expectClose(law.mean, 100.0 / (192 * 96))
    let beta = BetaDistribution(alpha: 50, beta: (192 * 96 - 100) / 2)
    #expect(law.cdf(0.006) == beta.cdf(0.006))
    expectClose(law.standardDeviation, beta.variance.squareRoot())
    expectClose(law.pValue(law.quantile(0.975)), 0.05, relative: 1e-9)
    expectClose(law.pValue(law.quantile(0.01)), 0.02, relative: 1e-9)
  }

  @Test("Shares that cannot vary have no evidence in them")
  func fixedShares() throws {
    let all = try EnergyShareLaw.principal(rows: 8, columns: 8, rank: 8)
    #expect(all.mean == 1 && all.pValue(1) == 1 && all.quantile(0.3) == 1 && all.cdf(0.9) == 0)
    #expect(try EnergyShareLaw(dimensions: 0, of: 9).pValue(0) == 1)
    #expect(try EnergyShareLaw(dimensions: 2, of: 9).pValue(.nan).isNaN)
    #expect(throws: StatisticsError.self) {
      try EnergyShareLaw.principal(rows: 4, columns: 9, rank: 5)
    }
    #expect(throws: StatisticsError.self) { try EnergyShareLaw(dimensions: 0, of: 0) }
  }
}
