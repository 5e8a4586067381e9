import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Runs compared")
struct ComparisonTests {
  private static let options = MeasureOptions(maskRank: .count(8))

  @Test("A pair's masks, cosine and subspace overlaps equal numpy")
  func parity() throws {
    let reference = try TrackFixture.load()
    let runs = [
      ComparedUpdate(run: "a", update: try reference.update(6)),
      ComparedUpdate(run: "b", update: try reference.update(7)),
    ]
    let comparison = try UpdateComparator(options: Self.options, nullSeeds: 0).compare(runs)
    let pair = try #require(comparison.pairs.first)
    #expect(comparison.pairs.count == 1)
    #expect((pair.first, pair.second) == ("a", "b"))
    #expect(pair.intersection == reference.comparison.intersection)
    #expect(pair.union == reference.comparison.union)
    expectClose(pair.jaccard, reference.comparison.jaccard)
    expectClose(pair.cosine, reference.comparison.cosine, relative: 1e-6)
    #expect(pair.overlaps.count == reference.comparison.overlaps.count)
    for (found, expected) in zip(pair.overlaps, reference.comparison.overlaps) {
      #expect(Double(found.rank) == expected[0])
      expectClose(found.left, expected[1], relative: 1e-6)
      expectClose(found.right, expected[2], relative: 1e-6)
      expectClose(found.leftExpected, expected[0] / 24)
      expectClose(found.rightExpected, expected[0] / 30)
    }
    let consensus = try #require(comparison.consensus)
    expectClose(consensus.ratio, pair.jaccard, relative: 1e-9)
    expectClose(consensus.shares.reduce(0, +), 1, relative: 1e-12)
    expectClose(
      consensus.rows.reduce(0, +) / 24, consensus.shares[1] / 2 + consensus.shares[2],
      relative: 1e-12)
  }

  @Test("Rescaled to one norm, an update and its multiple turn W₀ alike")
  func matchedNorm() throws {
    let reference = try TrackFixture.load()
    let update = try reference.update(7)
    let larger = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: update.base, delta: 4 * update.delta)
    let comparison = try UpdateComparator(options: Self.options, nullSeeds: 0).compare([
      ComparedUpdate(run: "small", update: update), ComparedUpdate(run: "large", update: larger),
    ])
    let angles = comparison.measures.compactMap { $0[.maxAngleU] }
    #expect(angles[1] > 2 * angles[0])
    let matched = comparison.matchedMeasures.compactMap { $0 }
    expectClose(matched[0][.maxAngleU], matched[1][.maxAngleU], relative: 1e-4)
    expectClose(matched[0][.deltaNorm], comparison.matchedNorm, relative: 1e-6)
    expectClose(matched[0][.nss], comparison.measures[0][.nss], relative: 1e-4)
    expectClose(comparison.pairs[0].cosine, 1, relative: 1e-6)
  }

  @Test("Independent structureless updates lie inside their matched null, related ones outside")
  func nulls() throws {
    var random = CounterRandom(seed: 3, stream: "base")
    func matrix(_ scale: Float) -> Matrix<Float> {
      scale * .gaussian(rows: 40, columns: 32, using: &random)
    }
    let raw = matrix(1)
    let base = Matrix(rows: 40, columns: 32, elements: raw.elements.map(BFloat16.rounded))
    func run(_ name: String, _ noise: Matrix<Float>) throws -> ComparedUpdate {
      let delta = Matrix(
        rows: 40, columns: 32,
        elements: zip(base.elements, noise.elements).map { BFloat16.rounded($0 + $1) - $0 })
      return ComparedUpdate(
        run: name,
        update: try MatrixUpdate(
          name: "w", layer: 0, module: "q_proj", base: base, delta: delta,
          storage: MatrixUpdate.Storage(base: .bf16, tuned: .bf16)))
    }
    let (common, other) = (matrix(0.003), matrix(0.003))
    let related = common + matrix(0.001)
    let runs = try [run("a", common), run("b", other), run("c", related)]
    let comparison = try UpdateComparator(options: Self.options, nullSeeds: 39).compare(runs)
    let independent = try #require(comparison.pairs.first { $0.first == "a" && $0.second == "b" })
    let alike = try #require(comparison.pairs.first { $0.first == "a" && $0.second == "c" })
    #expect(independent.null == .density)
    // Rounding on one W₀ makes independent masks alike: far above the Bernoulli expectation.
    let jaccard = try #require(independent.jaccard)
    #expect(jaccard > (independent.jaccardExpected ?? 1) + 0.05)
    #expect(abs(independent.jaccardNull?.z ?? 9) < 3.5)
    #expect(abs(independent.cosineNull?.z ?? 9) < 3.5)
    for overlap in independent.overlaps { #expect(abs(overlap.leftNull?.z ?? 9) < 4) }
    #expect((alike.jaccardNull?.z ?? 0) > 4)
    #expect((alike.cosineNull?.z ?? 0) > 10)
    #expect((alike.overlaps[2].rightNull?.z ?? 0) > 4)
  }

  @Test("Runs that changed nothing have neither cosine nor overlaps, and sizes must agree")
  func degenerate() throws {
    let reference = try TrackFixture.load()
    let update = try reference.update(7)
    let zero = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: update.base,
      delta: Matrix(rows: reference.rows, columns: reference.columns))
    let comparison = try UpdateComparator(options: Self.options, nullSeeds: 2).compare([
      ComparedUpdate(run: "zero", update: zero), ComparedUpdate(run: "b", update: update),
    ])
    #expect(comparison.pairs[0].cosine == nil && comparison.pairs[0].overlaps.isEmpty)
    #expect(comparison.matchedMeasures[0] == nil)
    let data = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(MatrixComparison.self, from: data) == comparison)
    let small = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: .identity(3), delta: .identity(3))
    #expect(throws: UpdateError.sizeMismatch(tensor: "w", base: [24, 30], update: [3, 3])) {
      try UpdateComparator().compare([
        ComparedUpdate(run: "a", update: update), ComparedUpdate(run: "b", update: small),
      ])
    }
  }

  @Test("Aggregates weight by entries, and add norms as lengths")
  func aggregates() throws {
    let reference = try TrackFixture.load()
    let large = try reference.update(7)
    var random = CounterRandom(seed: 4, stream: "small")
    let small = try MatrixUpdate(
      name: "v", layer: 1, module: "k_proj",
      base: .gaussian(rows: 8, columns: 10, using: &random),
      delta: 0.01 * .gaussian(rows: 8, columns: 10, using: &random))
    let meter = UpdateMeter(options: Self.options, nulls: NullOptions([.norm], groups: [.energy]))
    let matrices = try [meter.measure(large), meter.measure(small)]
    let aggregates = MeasureAggregate.all(of: matrices)
    #expect(
      aggregates.map(\.group) == [
        .model, .module("q_proj"), .module("k_proj"), .layer(0), .layer(1),
      ])
    let model = aggregates[0]
    let shares = matrices.compactMap { $0[.energyPP] }
    expectClose(model.plain[.energyPP], (shares[0] + shares[1]) / 2, relative: 1e-12)
    expectClose(
      model.weighted[.energyPP], (720 * shares[0] + 80 * shares[1]) / 800, relative: 1e-12)
    let norms = matrices.compactMap { $0[.deltaNorm] }
    expectClose(
      model.deltaNorm, (norms[0] * norms[0] + norms[1] * norms[1]).squareRoot(), relative: 1e-12)
    expectClose(
      model.relativeNorm,
      (model.deltaNorm ?? 0)
        / (large.base.squaredFrobeniusNorm + small.base.squaredFrobeniusNorm).squareRoot(),
      relative: 1e-9)
    let against = try #require(model.nulls[.norm]?.measures[.energyPP])
    let parts = matrices.compactMap { $0.nulls[.norm]?.measures[.energyPP] }
    expectClose(
      against.standardDeviation,
      ((0.9 * parts[0].standardDeviation) * (0.9 * parts[0].standardDeviation)
        + (0.1 * parts[1].standardDeviation) * (0.1 * parts[1].standardDeviation)).squareRoot(),
      relative: 1e-12)
    #expect(against.law == .normal)
  }
}
