import Foundation
import LinearAlgebra
import Testing
import Updates

/// Reference values written by tools/fixtures/measures.py, which describes the schema.
struct MeasureFixture: Decodable {
  let cases: [Case]

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let rows: Int
    let columns: Int
    let base: Data
    let delta: Data
    let expected: Expected

    var testDescription: String { name }

    func update() throws -> MatrixUpdate {
      try MatrixUpdate(
        name: name, layer: 3, module: "q_proj", base: matrix(base), delta: matrix(delta))
    }

    private func matrix(_ data: Data) -> Matrix<Float> {
      let elements = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
  }

  /// The expected values under their JSON keys.
  struct Expected: Decodable {
    let rank: Int
    let energy: BlockEnergies?
    let energyCurve: [Point]
    let sparsityCurve: [Double]
    let overlap: [String: Double?]
    let anglesU: [Double]
    let anglesV: [Double]
    let scalars: [String: Double]

    struct Point: Decodable {
      let rank: Int
      let pp: Double
      let po: Double
      let op: Double
      let oo: Double
    }

    enum CodingKeys: String, CodingKey {
      case rank, energy, overlap
      case energyCurve = "energy_curve"
      case sparsityCurve = "sparsity_curve"
      case anglesU = "angles_u_deg"
      case anglesV = "angles_v_deg"
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      rank = try container.decode(Int.self, forKey: .rank)
      energy = try container.decodeIfPresent(BlockEnergies.self, forKey: .energy)
      energyCurve = try container.decode([Point].self, forKey: .energyCurve)
      sparsityCurve = try container.decode([Double].self, forKey: .sparsityCurve)
      overlap = try container.decode([String: Double?].self, forKey: .overlap)
      anglesU = try container.decode([Double].self, forKey: .anglesU)
      anglesV = try container.decode([Double].self, forKey: .anglesV)
      scalars = try decoder.container(keyedBy: Name.self).allKeys.reduce(into: [:]) { found, key in
        found[key.stringValue] =
          try? decoder.container(keyedBy: Name.self).decode(Double.self, forKey: key)
      }
    }

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    /// The expected value of a measure; nil where it is not defined.
    subscript(_ measure: Measure) -> Double? {
      switch measure {
      case .energyPP: energy?.pp
      case .energyPO: energy?.po
      case .energyOP: energy?.op
      case .energyOO: energy?.oo
      case .overlapPrincipal: overlap["principal"] ?? nil
      case .overlapLow: overlap["low"] ?? nil
      case .overlapPrincipalNotLow: overlap["principal_not_low"] ?? nil
      default: scalars[measure.rawValue]
      }
    }
  }

  static let all: [Case] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/measures/measures.json")
    guard let data = try? Data(contentsOf: url),
      let fixture = try? JSONDecoder().decode(MeasureFixture.self, from: data)
    else {
      Issue.record("cannot read \(url.path)")
      return []
    }
    return fixture.cases
  }()

  static let options = MeasureOptions(maskRank: .count(8))
}

/// Expects agreement to a relative tolerance, or an absolute one where that is wider.
func expectClose(
  _ found: Double?, _ expected: Double?, relative: Double = 1e-4, absolute: Double = 1e-12,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let found, let expected else {
    #expect(
      (found == nil) == (expected == nil),
      "\(comment()): \(String(describing: found)), expected \(String(describing: expected))",
      sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(found - expected) <= max(relative * abs(expected), absolute),
    "\(comment()): \(found), expected \(expected)", sourceLocation: sourceLocation)
}
