import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Nulls of an update")
struct NullTests {
  private static let reference = NullFixture.load()

  private static func meter(
    _ nulls: [UpdateNull], seeds: Int = 30, seed: UInt64 = 1,
    groups: Set<MeasureGroup> = MeasureGroup.all
  ) -> UpdateMeter {
    UpdateMeter(
      options: MeasureOptions(
        maskRank: .count(reference?.maskRank ?? 8), maskAlpha: reference?.maskAlpha ?? 0.3),
      nulls: NullOptions(nulls, seeds: seeds, seed: seed, groups: groups))
  }

  @Test("What Gaussian updates change after rounding equals numpy", arguments: [false, true])
  func roundedGaussian(wholeMatrices: Bool) throws {
    let reference = try #require(Self.reference)
    let seeds = 400
    let groups: Set<MeasureGroup> =
      wholeMatrices ? [.change, .overlap, .shape, .energy] : [.change, .overlap]
    let measures = try Self.meter([.density, .norm], seeds: seeds, groups: groups)
      .measure(reference.update(.bf16))
    for (null, expected) in [
      (UpdateNull.density, reference.density), (.norm, reference.norm),
    ] {
      let found = try #require(measures.nulls[null]).measures
      for (measure, mean) in [
        (Measure.sparsity, 1 - expected.density), (.overlapLow, expected.overlapLow),
        (.overlapPrincipal, expected.overlapPrincipal),
      ] {
        let comparison = try #require(found[measure], "\(null) \(measure)")
        // The ratio of expected counts is the mean ratio to about 1/count.
        let tolerance = 4 * comparison.standardDeviation / Double(seeds).squareRoot() + 5e-4
        #expect(abs(comparison.mean - mean) < tolerance, "\(null) \(measure.rawValue)")
        #expect(comparison.draws == seeds)
      }
    }
  }

  @Test("In float32 files drawing changes alone equals drawing updates")
  func changesAlone() throws {
    let reference = try #require(Self.reference)
    let update = try reference.update(.f32)
    let thin = try Self.meter([.norm], seeds: 200, groups: [.change]).measure(update)
    let whole = try Self.meter([.norm], seeds: 200, groups: [.change, .shape]).measure(update)
    let first = try #require(thin.nulls[.norm]?.measures[.sparsity])
    let second = try #require(whole.nulls[.norm]?.measures[.sparsity])
    #expect(abs(first.mean - second.mean) < 4 * first.standardDeviation / 10)
    #expect(abs(first.standardDeviation / second.standardDeviation - 1) < 0.35)
  }

  @Test("A null moves what it leaves free and holds the rest")
  func heldFixed() throws {
    let reference = try #require(Self.reference)
    let measures = try Self.meter(UpdateNull.allCases, seeds: 3).measure(reference.update(.bf16))
    func moved(_ null: UpdateNull) throws -> Set<Measure> {
      let result = try #require(measures.nulls[null])
      #expect(result.reason == nil)
      return Set(result.measures.keys)
    }
    for null in UpdateNull.allCases {
      let moved = try moved(null)
      #expect(moved.isSuperset(of: [.energyPP, .nss, .maxAngleU, .overlapLow]), "\(null)")
      if null != .density { #expect(!moved.contains(.deltaNorm), "\(null)") }
    }
    #expect(!(try moved(.spectrum)).contains(.stableRank))
    #expect(try moved(.norm).contains(.stableRank))
    #expect(!(try moved(.shuffleRows)).contains(.rowDensityDeviation))
    #expect(try moved(.shuffleRows).contains(.columnDensityDeviation))
    #expect(!(try moved(.shuffleColumns)).contains(.columnDensityDeviation))
    #expect(!(try moved(.shuffleBins)).contains(.sparsity))
    #expect(try moved(.density).contains(.deltaNorm))
  }

  @Test("Permuting within binades keeps the overlap of changes with small weights")
  func binades() throws {
    let reference = try #require(Self.reference)
    let measures = try Self.meter([.shuffleBins, .shuffleRows], seeds: 20)
      .measure(reference.update(.bf16))
    let observed = try #require(measures[.overlapLow])
    let within = try #require(measures.nulls[.shuffleBins]?.measures[.overlapLow])
    let across = try #require(measures.nulls[.shuffleRows]?.measures[.overlapLow])
    #expect(observed - across.mean > 4 * across.standardDeviation)
    #expect(abs(within.mean - observed) < (observed - across.mean) / 4)
  }

  @Test("Draws depend on the seed and nothing else")
  func determinism() throws {
    let reference = try #require(Self.reference)
    let update = try reference.update(.bf16)
    let nulls: [UpdateNull] = [.norm, .spectrum, .shuffleColumns]
    let all = try Self.meter(nulls, seeds: 4).measure(update)
    let alone = try Self.meter([.spectrum], seeds: 4).measure(update)
    #expect(all.nulls[.spectrum] == alone.nulls[.spectrum])
    let other = try Self.meter([.spectrum], seeds: 4, seed: 2).measure(update)
    #expect(other.nulls[.spectrum] != alone.nulls[.spectrum])
  }

  @Test("A null that does not exist says why")
  func reasons() throws {
    let reference = try #require(Self.reference)
    let float = try Self.meter([.density], seeds: 2).measure(reference.update(.f32))
    #expect(float.nulls[.density]?.reason?.contains("two bfloat16 files") == true)
    let update = try reference.update(.bf16)
    let zero = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: update.base,
      delta: Matrix(rows: update.base.rows, columns: update.base.columns),
      storage: update.storage)
    let still = try Self.meter(UpdateNull.allCases, seeds: 2).measure(zero)
    for null in UpdateNull.allCases { #expect(still.nulls[null]?.reason == "ΔW is zero") }
    let doubled = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: update.base, delta: update.base,
      storage: update.storage)
    let everywhere = try Self.meter([.density], seeds: 2).measure(doubled)
    #expect(everywhere.nulls[.density]?.reason?.hasPrefix("every entry changed") == true)
  }

  @Test("Names are read, shuffle stands for three, others are refused by name")
  func names() throws {
    #expect(
      try UpdateNull.parse(list: "norm,shuffle,norm") == [
        .norm, .shuffleRows, .shuffleColumns, .shuffleBins,
      ])
    #expect(throws: NullError.unknown("haar")) { try UpdateNull.parse(list: "norm,haar") }
  }

  @Test("Corrections count the matrices, and say where draws are too few to reject")
  func corrections() throws {
    let reference = try #require(Self.reference)
    let update = try reference.update(.bf16)
    let one = try Self.meter([.shuffleRows, .norm], seeds: 39, groups: [.overlap, .energy])
      .measure(update)
    let alone = try #require(one.nulls[.shuffleRows]?.measures[.overlapLow])
    #expect(alone.p == 2.0 / 40)
    #expect(!alone.cannotReject)
    var matrices = [one, one]
    try NullCorrection.apply(to: &matrices)
    let corrected = try #require(matrices[0].nulls[.shuffleRows]?.measures[.overlapLow])
    #expect(corrected.holm == 4.0 / 40)
    #expect(corrected.benjaminiHochberg == 2.0 / 40)
    #expect(corrected.cannotReject)
    let exact = try #require(matrices[0].nulls[.norm]?.measures[.energyPP])
    #expect(exact.law == .exact && !exact.cannotReject)
    let p = try #require(exact.p)
    #expect(exact.holm == min(2 * p, 1))
  }
}

/// Reference values written by tools/fixtures/nulls.py, which describes the schema.
struct NullFixture: Decodable {
  let rows: Int
  let columns: Int
  let base: Data
  let delta: Data
  let maskRank: Int
  let maskAlpha: Double
  let density: Expected
  let norm: Expected

  struct Expected: Decodable {
    let density: Double
    let overlapLow: Double
    let overlapPrincipal: Double
  }

  static func load() -> NullFixture? {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/measures/nulls.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let data = try? Data(contentsOf: url) else { return nil }
    return try? decoder.decode(NullFixture.self, from: data)
  }

  /// The update as if both files had an element type.
  func update(_ type: DType) throws -> MatrixUpdate {
    func matrix(_ data: Data) -> Matrix<Float> {
      let elements = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
    return try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: matrix(base), delta: matrix(delta),
      storage: MatrixUpdate.Storage(base: type, tuned: type))
  }
}
