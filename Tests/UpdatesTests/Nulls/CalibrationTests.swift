import Checkpoints
import LinearAlgebra
import Statistics
import Testing
import Updates

@Suite("Calibration and power of nulls")
struct CalibrationTests {
  private static func gaussian(
    _ rows: Int, _ columns: Int, _ stream: String
  ) -> Matrix<Float> {
    var random = CounterRandom(seed: 11, stream: stream)
    return .gaussian(rows: rows, columns: columns, using: &random)
  }

  private static func update(_ base: Matrix<Float>, _ delta: Matrix<Float>, _ name: String) throws
    -> MatrixUpdate
  {
    try MatrixUpdate(name: name, layer: 0, module: "q_proj", base: base, delta: delta)
  }

  @Test("The exact p-values of all four energy shares are uniform on structureless updates")
  func exactLaw() throws {
    let base = Self.gaussian(24, 18, "base")
    let options = MeasureOptions(rank: .count(4), groups: [.energy])
    let meter = UpdateMeter(options: options, nulls: NullOptions([.norm]))
    let shares: [Measure] = [.energyPP, .energyPO, .energyOP, .energyOO]
    var bins: [Measure: [Int]] = [:]
    for draw in 0..<400 {
      let delta = Self.gaussian(24, 18, "update \(draw)")
      let measures = try meter.measure(Self.update(base, delta, "w"))
      for share in shares {
        let p = try #require(measures.nulls[.norm]?.measures[share]?.p)
        bins[share, default: [Int](repeating: 0, count: 10)][min(Int(p * 10), 9)] += 1
      }
    }
    for share in shares {
      let p = try #require(ChiSquare.uniformityP(bins[share] ?? []))
      #expect(p > 1e-3, "\(share.rawValue): \(bins[share] ?? [])")
    }
  }

  @Test(
    "Monte-Carlo p-values are uniform on their grid on structureless updates",
    arguments: [UpdateNull.norm, .spectrum, .shuffleRows, .shuffleColumns])
  func monteCarlo(_ null: UpdateNull) throws {
    let base = Self.gaussian(16, 12, "base")
    let options = MeasureOptions(
      rank: .count(3), maskRank: .count(3), groups: [.energy, .shape, .rotation])
    // 19 draws give two-sided p-values 0.1, 0.2, …, 1, equally likely.
    let meter = UpdateMeter(options: options, nulls: NullOptions([null], seeds: 19))
    let continuous: [Measure] = [.energyPO, .energyOO, .stableRank, .nss, .maxAngleV]
    var bins: [Measure: [Int]] = [:]
    for draw in 0..<200 {
      let delta = 0.01 * Self.gaussian(16, 12, "\(null) \(draw)")
      let measures = try meter.measure(Self.update(base, delta, "w\(draw)"))
      for measure in continuous {
        guard let comparison = measures.nulls[null]?.measures[measure], let p = comparison.p,
          comparison.law == .monteCarlo
        else { continue }
        bins[measure, default: [Int](repeating: 0, count: 10)][Int((p * 10).rounded()) - 1] += 1
      }
    }
    #expect(bins.count >= 3)
    for (measure, counts) in bins {
      let p = try #require(ChiSquare.uniformityP(counts))
      #expect(p > 1e-3, "\(measure.rawValue): \(counts)")
    }
  }

  @Test("The density-matched null does not reject structureless bfloat16 updates too often")
  func density() throws {
    let raw = Self.gaussian(40, 30, "base")
    let base = Matrix(rows: 40, columns: 30, elements: raw.elements.map(BFloat16.rounded))
    let options = MeasureOptions(maskRank: .count(4), groups: [.change, .overlap])
    let meter = UpdateMeter(options: options, nulls: NullOptions([.density], seeds: 19))
    var rejections: [Measure: Int] = [:]
    let draws = 300
    for draw in 0..<draws {
      let noise = Self.gaussian(40, 30, "update \(draw)")
      let delta = Matrix(
        rows: 40, columns: 30,
        elements: zip(base.elements, noise.elements).map { BFloat16.rounded($0 + 0.002 * $1) - $0 })
      let update = try MatrixUpdate(
        name: "w\(draw)", layer: 0, module: "q_proj", base: base, delta: delta,
        storage: MatrixUpdate.Storage(base: .bf16, tuned: .bf16))
      let found = try #require(meter.measure(update).nulls[.density]).measures
      for (measure, comparison) in found where (comparison.p ?? 1) < 0.11 {
        rejections[measure, default: 0] += 1
      }
    }
    for measure in [Measure.overlapLow, .overlapPrincipal, .rowDensityDeviation] {
      // Ties make the test conservative; three standard errors above .1 is .152.
      let rate = Double(rejections[measure] ?? 0) / Double(draws)
      #expect(rate > 0.03 && rate < 0.152, "\(measure.rawValue): \(rate)")
    }
  }

  @Test(
    "A planted excess or deficit of the principal share is found",
    arguments: [(13, 1.5), (6, 2.5), (13, 0.6)])
  func power(rank: Int, factor: Double) throws {
    let size = 10 * rank
    let base = Self.gaussian(size, size, "base")
    let subspace = try BaseSubspace(of: base, rank: .count(rank))
    let meter = UpdateMeter(
      options: MeasureOptions(rank: .count(rank), groups: [.energy]), nulls: NullOptions([.norm]))
    let draws = 300
    var found = 0
    for draw in 0..<draws {
      let noise = Self.gaussian(size, size, "update \(draw)")
      let block = BlockSplit(delta: noise, subspace: subspace).pp
      let delta = noise + Float(factor.squareRoot() - 1) * block
      let measures = try meter.measure(Self.update(base, delta, "w"))
      let comparison = try #require(measures.nulls[.norm]?.measures[.energyPP])
      let points = (comparison.z ?? 0) * (factor - 1)
      if (comparison.p ?? 1) < 0.05 && points > 0 { found += 1 }
    }
    #expect(Double(found) / Double(draws) > 0.95)
  }
}
