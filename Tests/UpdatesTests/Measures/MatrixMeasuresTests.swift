import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Measures of an update")
struct MatrixMeasuresTests {
  /// Angles are compared absolutely, in degrees; their ratios to bounds follow them.
  private static let angles: Set<Measure> = [.maxAngleU, .maxAngleV]

  @Test("Every measure equals full SVDs in numpy", arguments: MeasureFixture.all)
  func parity(_ reference: MeasureFixture.Case) throws {
    let measures = try UpdateMeter(options: MeasureFixture.options).measure(reference.update())
    let expected = reference.expected
    #expect(measures.rank == expected.rank)
    for measure in Measure.allCases where measure != .sparsityNarrowed {
      expectClose(
        measures[measure], expected[measure], relative: Self.angles.contains(measure) ? 0 : 1e-6,
        absolute: Self.angles.contains(measure) ? 1e-6 : 1e-12, measure.rawValue)
    }
    for (found, wanted) in zip(measures.sparsityCurve, expected.sparsityCurve) {
      expectClose(found.share, wanted, "sparsity at \(found.eta)")
    }
    for point in expected.energyCurve {
      let found = try #require(measures.energyCurve.first { $0.rank == point.rank })
      expectClose(found.shares.pp, point.pp, relative: 1e-6, "pp at \(point.rank)")
      expectClose(found.shares.po, point.po, relative: 1e-6, "po at \(point.rank)")
      expectClose(found.shares.op, point.op, relative: 1e-6, "op at \(point.rank)")
      expectClose(found.shares.oo, point.oo, relative: 1e-6, "oo at \(point.rank)")
    }
    for (found, wanted) in zip(
      measures.anglesU + measures.anglesV, expected.anglesU + expected.anglesV)
    {
      expectClose(found, wanted, relative: 0, absolute: 1e-6, "angle")
    }
    #expect(measures.anglesU.count == expected.anglesU.count)
  }

  @Test("A measure without a value has a reason", arguments: MeasureFixture.all)
  func reasons(_ reference: MeasureFixture.Case) throws {
    let measures = try UpdateMeter(options: MeasureFixture.options).measure(reference.update())
    for measure in Measure.allCases where measures[measure] == nil {
      #expect(measures.undefined[measure]?.isEmpty == false, "\(measure.rawValue)")
    }
  }

  @Test("JSON has every measure, null where it has no value, and decodes to the same measures")
  func coding() throws {
    let zero = try #require(MeasureFixture.all.first { $0.name == "zero update" })
    let meter = UpdateMeter(
      options: MeasureFixture.options, nulls: NullOptions([.norm, .density], seeds: 2))
    for reference in [zero, MeasureFixture.all[0]] {
      let measures = try meter.measure(reference.update())
      let data = try JSONEncoder().encode(measures)
      #expect(try JSONDecoder().decode(MatrixMeasures.self, from: data) == measures)
      let object = try #require(
        try JSONSerialization.jsonObject(with: data) as? [String: Any])
      for measure in Measure.allCases where ![.energy, .overlap].contains(measure.group) {
        #expect(object[measure.rawValue] != nil, "\(measure.rawValue)")
      }
      let energy = try #require(object["energy"] as? [String: Any])
      #expect(Set(energy.keys) == ["pp", "po", "op", "oo"])
    }
  }

  @Test("Values that are not finite are refused with tensor, row and column")
  func notFinite() throws {
    let base = Matrix<Float>(rows: 3, columns: 4, repeating: 1)
    var delta = base
    delta[1, 2] = .nan
    #expect(throws: UpdateError.notFinite(tensor: "w", row: 1, column: 2)) {
      try MatrixUpdate(name: "w", layer: nil, module: "x", base: base, delta: delta)
    }
    #expect(throws: UpdateError.empty(tensor: "w")) {
      let none = Matrix<Float>(rows: 0, columns: 4)
      return try MatrixUpdate(name: "w", layer: nil, module: "x", base: none, delta: none)
    }
  }

  @Test("A rank beyond min(m, n) holds all energy in PP and has no expectation to exceed")
  func fullRank() throws {
    let reference = try #require(MeasureFixture.all.first { $0.name == "square" })
    var options = MeasureFixture.options
    options.rank = .count(1000)
    let measures = try UpdateMeter(options: options).measure(reference.update())
    #expect(measures.rank == 30)
    expectClose(measures[.energyPP], 1, relative: 1e-9)
    expectClose(measures.energyExpected?.pp, 1)
    expectClose(measures[.maxAngleU], 0, absolute: 1e-6)
  }

  @Test("The cheap groups give the same numbers as all of them", arguments: MeasureFixture.all)
  func cheapGroups(_ reference: MeasureFixture.Case) throws {
    var options = MeasureFixture.options
    let all = try UpdateMeter(options: options).measure(reference.update())
    options.groups = MeasureGroup.cheap
    let cheap = try UpdateMeter(options: options).measure(reference.update())
    for measure in Measure.allCases {
      if MeasureGroup.cheap.contains(measure.group) {
        expectClose(cheap[measure], all[measure], relative: 1e-9, measure.rawValue)
      } else {
        #expect(cheap[measure] == nil)
      }
    }
  }

  @Test("A sign of the principal excess that differs between k/2 and 2k marks the result")
  func rankDependence() throws {
    // Energy in the leading pair only: far above expectation at k = 2, below it at k = 8.
    let reference = try #require(MeasureFixture.all.first { $0.name == "square" })
    let base = try reference.update().base
    let svd = try base.converted(to: Double.self).svd()
    let head = svd.u.columns(0..<2).multiplied(svd.vt.rows(0..<2))
    let tail = svd.u.columns(8..<30).multiplied(svd.vt.rows(8..<30))
    let share = 0.03
    let delta =
      (share / 2).squareRoot() * head + ((1 - share) / 22).squareRoot() * tail
    let update = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: base, delta: delta.converted())
    var options = MeasureFixture.options
    options.rank = .count(4)
    let measures = try UpdateMeter(options: options).measure(update)
    #expect(measures.isRankDependent == true)
    #expect(try UpdateMeter(options: options).measure(reference.update()).isRankDependent != nil)
  }
}
