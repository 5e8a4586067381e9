import Foundation
import LinearAlgebra
import Probes
import Testing

/// scikit-learn's probes, written by tools/fixtures/probes.py, which describes the fields.
struct ProbeFixture: Decodable {
  struct Case: Decodable, CustomStringConvertible, Sendable {
    let name: String
    let kind: String
    let rows: Int
    let columns: Int
    let c: Double
    let balanced: Bool
    let xOffset: Int
    let held: Int
    let y: [Label]
    let coef: [[Double]]
    let intercept: [Double]
    let optimum: Optimum
    let predictions: [Label]

    var description: String { name }
  }

  struct Optimum: Decodable {
    let coef: [[Double]]
    let intercept: [Double]
  }

  /// A class name or a number.
  enum Label: Decodable, Equatable {
    case name(String)
    case number(Double)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        self = .name(name)
      } else {
        self = .number(try container.decode(Double.self))
      }
    }
  }

  let cases: [Case]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/probes")

  static func load() throws -> (cases: [Case], values: [Float]) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let fixture = try decoder.decode(
      ProbeFixture.self, from: Data(contentsOf: folder.appending(path: "probes.json")))
    let bytes = try Data(contentsOf: folder.appending(path: "x.f32"))
    let values = bytes.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count, by: 4).map {
        Float(
          bitPattern: UInt32(
            littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
    return (fixture.cases, values)
  }
}
