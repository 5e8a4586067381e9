import Foundation
import LinearAlgebra
import Probes
import Testing

@Suite("Probe data")
struct ProbeDataTests {
  /// Reads lines as a probe file called `property.jsonl`.
  private func load(_ lines: String...) throws -> ProbeSet {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "property.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return try ProbeSet.load([folder])[0]
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("Items are read in order, with spans in characters and types")
  func reads() throws {
    let set = try load(
      #"{"id": "a", "text": "Grüße 🦆", "label": "x", "position": [6, 7], "type": "t"}"#, "",
      #"{"id": "b", "text": "two", "label": "y", "position": "last"}"#)
    #expect(set.name == "property")
    #expect(set.items[0].position == .span(6..<7))
    #expect(set.items[1].type == "two")
  }

  @Test("Bad lines are named by file and line, with what was expected and found")
  func badLines() {
    let good = #"{"id": "a", "text": "abc", "label": "x"}"#
    let cases = [
      (#"{"id": "b", "text": "abc", "label": 3}"#, "expected a class name"),
      (#"{"id": "b", "text": "abc", "label": true}"#, "a class name or a finite number"),
      (#"{"id": "b", "text": "abc", "label": "y", "position": [1, 4]}"#, "end ≤ 3"),
      (#"{"id": "b", "text": "abc", "label": "y", "position": [2, 2]}"#, "start < end"),
      (#"{"id": "b", "text": "abc", "label": "y", "position": "first"}"#, "\"last\" or"),
      (#"{"id": "a", "text": "abc", "label": "y"}"#, "stands already at"),
      (#"{"id": "b", "text": "abc", "label": "y", "kind": "q"}"#, "an unknown field"),
      (#"{"id": "b", "label": "y"}"#, "text: expected some text, found nothing"),
      (#"{"id": "b""#, "one JSON object a line"),
    ]
    for (line, expected) in cases {
      let found = message { _ = try load(good, line) }
      #expect(found.contains("property.jsonl:2"), "\(found)")
      #expect(found.contains(expected), "\(found)")
    }
    #expect(message { _ = try load("") }.contains("no probe items"))
  }

  @Test("One class, few items or few types are refused before any work")
  func badProperties() throws {
    func study(_ labels: [String], types: [String]) throws {
      let items = zip(labels, types).enumerated().map { index, pair in
        ProbeItem(id: "\(index)", text: "t", label: .category(pair.0), type: pair.1)
      }
      _ = try ProbeStudy(try ProbeSet(name: "property", items: items))
    }
    let ten = (0..<10).map { "\($0)" }
    #expect(
      message { try study(Array(repeating: "x", count: 10), types: ten) }.contains("only \"x\""))
    #expect(
      message { try study(["x", "y", "x"], types: ["1", "2", "3"]) }
        .contains("expected at least 5 items for 5 folds, found 3"))
    let few = (0..<10).map { "\($0 % 3)" }
    #expect(
      message { try study(ten.map { Int($0).map { $0 % 2 == 0 } == true ? "x" : "y" }, types: few) }
        .contains("expected at least 5 types"))
    #expect(
      message { try study(["y"] + Array(repeating: "x", count: 9), types: ten) }
        .contains("a training fold"))
  }

  @Test("Activations of another shape and NaN are refused, by item")
  func badActivations() throws {
    let property = SyntheticProperty()
    let study = try ProbeStudy(try property.set(), options: SyntheticProperty.options)
    var activations = property.activations()
    #expect(
      throws: ProbeError.shape(
        what: "rows of activations, one an item of synthetic", expected: 240, found: 100)
    ) { try study.train([("site", activations.rows(0..<100))]) }
    activations[17, 3] = .nan
    #expect(throws: ProbeError.notFinite(item: "17", column: 3)) {
      try study.train([("site", activations)])
    }
  }

  @Test("Options outside their range are named")
  func badOptions() throws {
    var options = ProbeOptions()
    options.grid = [1, 0.1]
    let set = try SyntheticProperty().set()
    #expect(message { _ = try ProbeStudy(set, options: options) }.contains("ascending"))
    options = ProbeOptions()
    options.classifier = .ridge
    #expect(message { _ = try ProbeStudy(set, options: options) }.contains("classifier"))
  }
}
