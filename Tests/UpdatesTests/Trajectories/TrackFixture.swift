import Foundation
import LinearAlgebra
import Testing
import Updates

/// Reference values written by tools/fixtures/tracks.py, which describes the schema.
struct TrackFixture: Decodable {
  let rows: Int
  let columns: Int
  let steps: [Int]
  let base: Data
  let updates: [Data]
  let trajectory: [Point]
  let rank1Fit: Line
  let target: Int
  let extrapolated: [[Double]]
  let regression: Regression
  let comparison: Comparison

  enum CodingKeys: String, CodingKey {
    case rows, columns, steps, base, updates, trajectory, target, extrapolated, regression
    case comparison
    case rank1Fit = "rank1_fit"
  }

  struct Point: Decodable {
    let sigma1: Double
    let cosineToFinal: Double
    let cosineU1: Double
    let cosineV1: Double
    let subspaceSimilarity: Double
    let rank1Coefficient: Double

    enum CodingKeys: String, CodingKey {
      case sigma1
      case cosineToFinal = "cosine_final"
      case cosineU1 = "cosine_u1_final"
      case cosineV1 = "cosine_v1_final"
      case subspaceSimilarity = "subspace_similarity"
      case rank1Coefficient = "rank1_coefficient"
    }
  }

  struct Line: Decodable {
    let slope: Double
    let intercept: Double
    let r2: Double
  }

  struct Regression: Decodable {
    let scores: [Double]
    let inSample: Double
    let leaveOneOut: Double
    let forward: Double

    enum CodingKeys: String, CodingKey {
      case scores
      case inSample = "in_sample"
      case leaveOneOut = "leave_one_out"
      case forward = "forward_chained"
    }
  }

  struct Comparison: Decodable {
    let cosine: Double
    let jaccard: Double
    let intersection: Int
    let union: Int
    let overlaps: [[Double]]
  }

  static func load() throws -> TrackFixture {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/measures/tracks.json")
    return try JSONDecoder().decode(TrackFixture.self, from: Data(contentsOf: url))
  }

  func update(_ index: Int) throws -> MatrixUpdate {
    try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: matrix(base), delta: matrix(updates[index]))
  }

  private func matrix(_ data: Data) -> Matrix<Float> {
    let elements = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return Matrix(rows: rows, columns: columns, elements: elements)
  }
}
