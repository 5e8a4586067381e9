import Foundation
import Statistics
import Testing

@Suite("Intervals against statsmodels and scipy")
struct IntervalTests {
  let fixture: Fixture
  init() throws { fixture = try .load() }

  @Test("Wilson")
  func wilson() throws {
    for row in try fixture["wilson"] {
      let found = try Interval.wilson(
        successes: Int(row[0]), trials: Int(row[1]), level: row[2])
      expectClose(found.low, row[3], floor: 1, "\(row)")
      expectClose(found.high, row[4], floor: 1, "\(row)")
    }
    #expect(throws: StatisticsError.tooFew(what: "trials", found: 0, needed: 1)) {
      try Interval.wilson(successes: 0, trials: 0)
    }
    #expect(throws: StatisticsError.self) { try Interval.wilson(successes: 4, trials: 3) }
  }

  @Test("Tango's limits are the roots of the numerically profiled score statistic")
  func tango() throws {
    for row in try fixture["tango"] {
      let found = try table(row).tangoInterval(level: row[4])
      expectClose(found.low, row[5], relative: 1e-9, floor: 1, "\(row)")
      expectClose(found.high, row[6], relative: 1e-9, floor: 1, "\(row)")
    }
  }

  @Test("Without discordant pairs Tango's limits are ±z²/(n + z²)")
  func tangoWithoutDiscordance() throws {
    let z = Normal.quantile(0.975)
    let found = try PairedAccuracy(both: 30, onlyFirst: 0, onlySecond: 0, neither: 20)
      .tangoInterval()
    expectClose(found.high, z * z / (50 + z * z))
    expectClose(found.low, -z * z / (50 + z * z))
  }

  @Test("Swapping the models mirrors every paired interval", arguments: [(9, 2), (0, 5), (7, 0)])
  func mirrored(counts: (Int, Int)) throws {
    let first = try PairedAccuracy(
      both: 11, onlyFirst: counts.0, onlySecond: counts.1, neither: 6)
    let second = try PairedAccuracy(
      both: 11, onlyFirst: counts.1, onlySecond: counts.0, neither: 6)
    #expect(try first.tangoInterval() == second.tangoInterval().negated)
    #expect(try first.agrestiMinInterval() == second.agrestiMinInterval().negated)
    #expect(first.mcNemarP() == second.mcNemarP())
  }

  @Test("McNemar, exact and mid-p")
  func mcNemar() throws {
    for row in try fixture["mcnemar"] {
      expectClose(try table(row).mcNemarP(), row[4], "\(row)")
      expectClose(try table(row).mcNemarP(midP: true), row[5], "\(row)")
    }
  }

  @Test("A paired table counts hard scores and refuses none or unequal lists")
  func counting() throws {
    let found = try PairedAccuracy(
      first: [true, true, false, false, true], second: [true, false, true, false, false])
    #expect(
      try found == PairedAccuracy(both: 1, onlyFirst: 2, onlySecond: 1, neither: 1))
    expectClose(found.difference, 0.2)
    #expect(throws: StatisticsError.self) { try PairedAccuracy(first: [], second: []) }
    #expect(throws: StatisticsError.self) { try PairedAccuracy(first: [true], second: []) }
  }

  @Test("BCa equals scipy's from the same replicates")
  func bcaFormula() throws {
    let rows = try fixture["bca"]
    let values = rows[0]
    let mean = try #require(Summary.mean(values))
    let n = Double(values.count)
    let found = Bootstrap.bcaInterval(
      estimate: mean, replicates: rows[1],
      jackknife: values.map { (mean * n - $0) / (n - 1) }, level: 0.95)
    expectClose(found.low, rows[2][0], relative: 1e-10)
    expectClose(found.high, rows[2][1], relative: 1e-10)
  }

  @Test("Our own draws come near the limit of infinitely many replicates")
  func bcaLimit() throws {
    let values = try fixture["bca"][0]
    let limit = try fixture["bca_limit"][0]
    let found = try Bootstrap(replicates: 20_000, seed: 1).mean(of: values)
    // A 2.5 % quantile of 20,000 normal draws has a standard error of .019 of theirs: allow three.
    let slack = 0.06 * found.standardError
    #expect(abs(found.interval.low - limit[0]) < slack)
    #expect(abs(found.interval.high - limit[1]) < slack)
  }

  @Test("Student's interval, sample moments and quantiles")
  func student() throws {
    let values = try fixture["bca"][0]
    let row = try fixture["mean"][0]
    expectClose(try #require(Summary.variance(values)), row[1])
    expectClose(try #require(Summary.standardError(values)), row[2])
    let found = try MeanEstimate.student(values, level: 0.9)
    expectClose(found.mean, row[0])
    expectClose(found.interval.low, row[3])
    expectClose(found.interval.high, row[4])
    for row in try fixture["quantile"] {
      expectClose(try #require(Summary.quantile(values, at: row[0])), row[1], "\(row)")
    }
  }

  @Test("Cluster-robust standard error equals statsmodels'")
  func clusteredError() throws {
    let rows = try fixture["clustered"]
    let clusters = Clusters(groups: rows[0].map { "group \($0)" })
    let found = try #require(
      Summary.standardError(zip(rows[2], rows[1]).map { $0 - $1 }, clusters: clusters))
    expectClose(found, try fixture["clustered_error"][0][0])
  }

  @Test("Fieller's limits are where the studentized distance is critical")
  func fieller() throws {
    let rows = try fixture["clustered"]
    let clusters: [Clusters?] = [nil, Clusters(groups: rows[0].map { "\($0)" })]
    for (clusters, expected) in zip(clusters, try fixture["fieller"]) {
      let found = try ShareOfGain.estimate(
        edit: rows[3], base: rows[1], tuned: rows[2], clusters: clusters)
      expectClose(try #require(found.share), expected[0])
      expectClose(try #require(found.interval).low, expected[1], relative: 1e-9)
      expectClose(try #require(found.interval).high, expected[2], relative: 1e-9)
    }
  }

  @Test("No share of a gain below four standard errors")
  func uncertainGain() throws {
    let base = [0.0, 1, 2, 3, 4, 5, 6, 7]
    let tuned = [1.0, 0, 3, 3, 5, 7, 5, 8]
    let found = try ShareOfGain.estimate(edit: tuned, base: base, tuned: tuned)
    #expect(found.share == nil && found.interval == nil)
    let same = try ShareOfGain.estimate(edit: base, base: base, tuned: base)
    #expect(same.share == nil)
    let shifted = base.map { $0 + 1 }
    let exact = try ShareOfGain.estimate(edit: base, base: base, tuned: shifted)
    #expect(exact.share == 0)
  }

  @Test("Few clusters fall back to Student, equal values to a point, and both say so")
  func fallbacks() throws {
    let bootstrap = Bootstrap(seed: 3)
    #expect(try bootstrap.mean(of: [1, 2, 4]).method == .student)
    let point = try bootstrap.mean(of: [Double](repeating: 0.1, count: 30))
    #expect(point.method == .constant && point.interval.low == 0.1 && point.interval.high == 0.1)
    #expect(throws: StatisticsError.tooFew(what: "independent observations", found: 1, needed: 2)) {
      try bootstrap.mean(of: [1])
    }
    #expect(throws: StatisticsError.notFinite(what: "values", index: 1)) {
      try bootstrap.mean(of: [1, .nan])
    }
    #expect(throws: StatisticsError.self) {
      try bootstrap.mean(of: [1, 2], clusters: Clusters(observations: 3))
    }
    #expect(throws: StatisticsError.self) { try bootstrap.mean(of: [1, 2], level: 1) }
  }

  @Test("A bootstrap is a function of its seed and ignores a shift of the values")
  func seeded() throws {
    let values = (0..<40).map { exp(sin(Double($0))) }
    let one = try Bootstrap(seed: 5).mean(of: values)
    #expect(try one == Bootstrap(seed: 5).mean(of: values))
    #expect(try one != Bootstrap(seed: 6).mean(of: values))
    let shifted = try Bootstrap(seed: 5).mean(of: values.map { $0 + 100 })
    expectClose(shifted.interval.low - 100, one.interval.low, relative: 1e-10)
  }

  private func table(_ row: [Double]) throws -> PairedAccuracy {
    try PairedAccuracy(
      both: Int(row[0]), onlyFirst: Int(row[1]), onlySecond: Int(row[2]), neither: Int(row[3]))
  }
}
