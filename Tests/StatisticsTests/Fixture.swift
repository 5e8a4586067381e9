import Foundation
import Testing

/// Reference tables written by tools/fixtures/statistics.py, which describes their columns.
struct Fixture {
  let tables: [String: [[Double]]]

  static func load() throws -> Fixture {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/statistics/statistics.json")
    return Fixture(
      tables: try JSONDecoder().decode([String: [[Double]]].self, from: Data(contentsOf: url)))
  }

  subscript(name: String) -> [[Double]] {
    get throws { try #require(tables[name], "no table \(name)") }
  }
}

/// Expects agreement to a relative tolerance; numbers below `floor` are compared absolutely.
func expectClose(
  _ found: Double, _ expected: Double, relative: Double = 1e-12, floor: Double = 1e-300,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let scale = max(abs(expected), floor)
  #expect(
    abs(found - expected) <= relative * scale, "\(comment()): \(found), expected \(expected)",
    sourceLocation: sourceLocation)
}
