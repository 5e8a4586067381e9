import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// A layer of SmolLM2-135M, where `OFFAXIS_SMOLLM2` names its directory.
private let realModel = ProcessInfo.processInfo.environment["OFFAXIS_SMOLLM2"]

@Suite("RealModel measures", .enabled(if: realModel != nil, "set OFFAXIS_SMOLLM2"))
struct RealModelMeasuresTests {
  /// The update of a layer's seven projections, seeded noise of 0.2 % rounded to bfloat16.
  private static func updates() throws -> [MatrixUpdate] {
    let checkpoint = try ModelCheckpoint.open(URL(filePath: try #require(realModel)))
    return try checkpoint.weights.projections.filter { $0.layer == 7 }.map { entry in
      let base = try checkpoint.source.matrix(entry.name)
      var random = CounterRandom(seed: 2, stream: entry.name)
      let noise = Matrix<Float>.gaussian(rows: base.rows, columns: base.columns, using: &random)
      let scale = 2e-3 * Float(base.frobeniusNorm / Double(base.elements.count).squareRoot())
      let delta = Matrix(
        rows: base.rows, columns: base.columns,
        elements: zip(base.elements, noise.elements).map {
          BFloat16.rounded($0 + scale * $1) - $0
        })
      return try MatrixUpdate(
        entry, in: checkpoint.specification, base: base, delta: delta,
        storage: MatrixUpdate.Storage(base: .bf16, tuned: .bf16))
    }
  }

  @Test("Gram matrices give what full SVDs give on every projection of a layer")
  func parity() throws {
    for update in try Self.updates() {
      let measures = try UpdateMeter().measure(update)
      let (w0, delta) = (
        update.base.converted(to: Double.self), update.delta.converted(to: Double.self)
      )
      let (before, after) = try (w0.svd(), (w0 + delta).svd())
      let k = measures.rank
      let shift = zip(after.singularValues, before.singularValues).map { $0 - $1 }
      let size = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      expectClose(measures[.nss], size(shift) / size(before.singularValues), "\(update.name) nss")
      let core = before.u.columns(0..<k).multiplied(delta, .transposed, .plain)
        .multiplied(before.vt.rows(0..<k), .plain, .transposed)
      expectClose(
        measures[.energyPP], core.squaredFrobeniusNorm / delta.squaredFrobeniusNorm, relative: 1e-6)
      // The largest angle from sines: σ_max((I − U₀U₀ᵀ) U₁).
      let (u0, u1) = (before.u.columns(0..<k), after.u.columns(0..<k))
      let residual = u1 - u0 * u0.multiplied(u1, .transposed, .plain)
      let sine = try #require(try residual.singularValues().first)
      expectClose(
        measures[.maxAngleU], asin(sine) * 180 / .pi, relative: 0, absolute: 1e-3, update.name)
      let values = try delta.singularValues()
      expectClose(
        measures[.stableRank], delta.squaredFrobeniusNorm / (values[0] * values[0]), update.name)
    }
  }

  @Test("Structureless noise on a real layer lies inside its density-matched null")
  func structureless() throws {
    let meter = UpdateMeter(
      options: MeasureOptions(groups: [.change, .overlap, .energy]),
      nulls: NullOptions([.density, .norm], seeds: 10))
    var matrices = try Self.updates().map(meter.measure)
    try NullCorrection.apply(to: &matrices)
    for matrix in matrices {
      let overlap = try #require(matrix.nulls[.density]?.measures[.overlapLow])
      #expect(abs(overlap.z ?? 9) < 6, "\(matrix.name): \(overlap.z ?? 9)")
      // Small weights change more often: far above α, on noise alone.
      #expect((matrix[.overlapLow] ?? 0) > matrix.maskAlpha + 0.05, "\(matrix.name)")
      let energy = try #require(matrix.nulls[.norm]?.measures[.energyPP])
      #expect((energy.holm ?? 0) > 1e-3, "\(matrix.name)")
    }
  }
}
