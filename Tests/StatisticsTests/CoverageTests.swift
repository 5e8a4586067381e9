import Foundation
import LinearAlgebra
import Statistics
import Testing

/// How often nominal 95 % intervals hold the truth, and whether p-values are uniform.
///
/// Discrete cases are summed over all outcomes; the others are seeded simulations. The bounds are
/// 93–97 % at n ≥ 200 (paired accuracies: with 10 expected discordant pairs), 90 % elsewhere.
@Suite("Coverage and calibration")
struct CoverageTests {
  @Test("Wilson", arguments: [(200, 0.05), (200, 0.3), (200, 0.5), (1000, 0.9)])
  func wilson(n: Int, p: Double) throws {
    #expect((0.93...0.97).contains(try wilsonCoverage(n: n, p: p)))
  }

  @Test("Wilson on small samples", arguments: [(50, 0.02), (50, 0.3), (20, 0.5), (50, 0.95)])
  func wilsonSmall(n: Int, p: Double) throws {
    #expect(try wilsonCoverage(n: n, p: p) >= 0.9)
  }

  private func wilsonCoverage(n: Int, p: Double) throws -> Double {
    try (0...n).reduce(0) { sum, k in
      let interval = try Interval.wilson(successes: k, trials: n)
      return interval.contains(p)
        ? sum + Binomial.probability(of: k, trials: n, success: p) : sum
    }
  }

  @Test(
    "Tango and Agresti–Min",
    arguments: [(200, 0.1, 0.05), (200, 0.03, 0.03), (250, 0.04, 0), (200, 0.25, 0.1)])
  func paired(n: Int, onlyFirst: Double, onlySecond: Double) throws {
    let found = try pairedCoverage(n: n, onlyFirst: onlyFirst, onlySecond: onlySecond)
    #expect((0.93...0.97).contains(found.tango), "\(found)")
    #expect((0.93...0.97).contains(found.agrestiMin), "\(found)")
  }

  @Test(
    "Tango and Agresti–Min with few discordant pairs",
    arguments: [(50, 0.02, 0), (50, 0.04, 0.02), (50, 0.2, 0.1), (200, 0.01, 0.01), (20, 0.3, 0.1)])
  func pairedSmall(n: Int, onlyFirst: Double, onlySecond: Double) throws {
    let found = try pairedCoverage(n: n, onlyFirst: onlyFirst, onlySecond: onlySecond)
    #expect(found.tango >= 0.9 && found.agrestiMin >= 0.9, "\(found)")
  }

  /// Sums the trinomial probabilities of all (b, c) whose interval holds the true difference.
  private func pairedCoverage(
    n: Int, onlyFirst p: Double, onlySecond q: Double
  ) throws -> (tango: Double, agrestiMin: Double) {
    var tango = 0.0
    var agrestiMin = 0.0
    for b in 0...n {
      let first = Binomial.probability(of: b, trials: n, success: p)
      for c in 0...n - b {
        let probability =
          first * Binomial.probability(of: c, trials: n - b, success: q / (1 - p))
        guard probability > 1e-9 else { continue }
        let table = try PairedAccuracy(
          both: n - b - c, onlyFirst: b, onlySecond: c, neither: 0)
        if try table.tangoInterval().contains(p - q) { tango += probability }
        if try table.agrestiMinInterval().contains(p - q) { agrestiMin += probability }
      }
    }
    return (tango, agrestiMin)
  }

  @Test("Bootstrap of skewed scores", arguments: [Bootstrap.Method.bca, .studentized])
  func bootstrap(method: Bootstrap.Method) throws {
    let large = try meanCoverage(clusters: 200, size: 1, method: method)
    #expect((0.93...0.97).contains(large), "\(large)")
    let small = try meanCoverage(clusters: 50, size: 1, method: method)
    #expect(small >= 0.9, "\(small)")
  }

  @Test("Cluster bootstrap", arguments: [Bootstrap.Method.bca, .studentized])
  func clusterBootstrap(method: Bootstrap.Method) throws {
    let large = try meanCoverage(clusters: 100, size: 4, method: method)
    #expect((0.93...0.97).contains(large), "\(large)")
    let small = try meanCoverage(clusters: 25, size: 2, method: method)
    #expect(small >= 0.9, "\(small)")
  }

  /// Scores are −log of a uniform number, plus one that the cluster shares; the true mean is 2.
  private func meanCoverage(
    clusters count: Int, size: Int, method: Bootstrap.Method
  ) throws -> Double {
    let clusters = Clusters(groups: (0..<count * size).map { "\($0 / size)" })
    var random = CounterRandom(seed: 17, stream: "coverage/\(count)/\(size)")
    let runs = 1000
    var covered = 0
    for run in 0..<runs {
      let shared = (0..<count).map { _ in -log(1 - random.uniform()) }
      let values = clusters.assignment.map { shared[$0] - log(1 - random.uniform()) }
      let found = try Bootstrap(replicates: 500, seed: UInt64(run))
        .mean(of: values, clusters: clusters, method: method)
      if found.interval.contains(2) { covered += 1 }
    }
    return Double(covered) / Double(runs)
  }

  @Test("Fieller, with and without clusters", arguments: [(200, 1), (50, 4), (25, 2)])
  func fieller(count: Int, size: Int) throws {
    let clusters = Clusters(groups: (0..<count * size).map { "\($0 / size)" })
    var random = CounterRandom(seed: 23, stream: "fieller/\(count)/\(size)")
    var covered = 0
    var shown = 0
    for _ in 0..<2000 {
      let shared = (0..<count).map { _ in random.gaussian() }
      var (edit, base, tuned): ([Double], [Double], [Double]) = ([], [], [])
      for cluster in clusters.assignment {
        let level = random.gaussian()
        let gain = 1 + shared[cluster] + random.gaussian()
        base.append(level)
        tuned.append(level + gain)
        edit.append(level + 0.6 * gain + random.gaussian())
      }
      let found = try ShareOfGain.estimate(
        edit: edit, base: base, tuned: tuned, clusters: clusters)
      guard let interval = found.interval else { continue }
      shown += 1
      if interval.contains(0.6) { covered += 1 }
    }
    let coverage = Double(covered) / Double(shown)
    #expect(shown > 500)
    #expect((count * size >= 200 ? 0.93...0.97 : 0.9...1).contains(coverage), "\(coverage)")
  }

  @Test("p of T is uniform where seeds or the edit's prompts dominate, never too small elsewhere")
  func controlledEffect() throws {
    let seeds = try effectPValues(seedSpread: 0.3, controlNoise: 0.3, editNoise: 0.3)
    #expect(try #require(uniformity(seeds)) > 0.01)
    let prompts = try effectPValues(seedSpread: 0, controlNoise: 0.05, editNoise: 1)
    #expect(try #require(uniformity(prompts)) > 0.01)
    let both = try effectPValues(seedSpread: 0.1, controlNoise: 0.2, editNoise: 1)
    #expect(try #require(uniformity(both)) > 0.01)
    let noise = try effectPValues(seedSpread: 0, controlNoise: 1, editNoise: 1)
    #expect(Double(noise.count { $0 <= 0.05 }) / Double(noise.count) < 0.05)
  }

  private func uniformity(_ pValues: [Double]) -> Double? {
    var counts = [Int](repeating: 0, count: 20)
    for p in pValues { counts[min(Int(p * 20), 19)] += 1 }
    return ChiSquare.uniformityP(counts)
  }

  /// p-values of edits that are one more draw of their control: 6 cells of 5 seeds, 100 prompts.
  private func effectPValues(
    seedSpread: Double, controlNoise: Double, editNoise: Double
  ) throws -> [Double] {
    var random = CounterRandom(seed: 31, stream: "T/\(seedSpread)/\(controlNoise)/\(editNoise)")
    let prompts = 100
    return try (0..<2000).map { _ in
      func effects(noise: Double) -> [Double] {
        let own = seedSpread * random.gaussian()
        return (0..<prompts).map { _ in own + noise * random.gaussian() }
      }
      let controls = (0..<5).map { _ in effects(noise: controlNoise) }
      let others = (0..<5).map { _ in
        (0..<5).map { _ in
          (seedSpread * seedSpread + controlNoise * controlNoise / Double(prompts)).squareRoot()
            * random.gaussian()
        }
      }
      let seeds = try SeedVariance.pooled([controls.map { Summary.mean($0) ?? 0 }] + others)
      return try ControlledEffect(
        edit: effects(noise: editNoise), controls: controls, seeds: seeds
      ).pValue
    }
  }

  @Test("Energy shares of Gaussian updates follow the law; a planted excess is found")
  func energyShare() throws {
    var random = CounterRandom(seed: 41, stream: "share")
    func pValues(rank: Int, excess: Double, runs: Int) throws -> [Double] {
      let law = try EnergyShareLaw.principal(rows: 60, columns: 40, rank: rank)
      return (0..<runs).map { _ in
        var inside = 0.0
        for _ in 0..<rank * rank { inside += pow(random.gaussian(), 2) }
        var outside = 0.0
        for _ in rank * rank..<60 * 40 { outside += pow(random.gaussian(), 2) }
        return law.pValue(excess * inside / (excess * inside + outside))
      }
    }
    #expect(try #require(uniformity(pValues(rank: 4, excess: 1, runs: 1000))) > 0.01)
    #expect(try pValues(rank: 13, excess: 1.5, runs: 200).count { $0 <= 0.05 } > 190)
    #expect(try pValues(rank: 6, excess: 2.5, runs: 200).count { $0 <= 0.05 } > 190)
  }

  @Test("Randomized p-values are uniform under a null that ties often")
  func randomized() throws {
    var random = CounterRandom(seed: 43, stream: "randomized")
    for tail in [MonteCarlo.Tail.upper, .lower, .both] {
      let found = (0..<2000).map { _ in
        func draw() -> Double { (random.uniform() * 4).rounded(.down) }
        let null = (0..<19).map { _ in draw() }
        return MonteCarlo.randomizedP(of: draw(), null: null, tail: tail, using: &random)
      }
      #expect(try #require(uniformity(found)) > 0.01)
    }
  }
}
