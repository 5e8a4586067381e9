import Architecture
import Checkpoints
import Evaluation
import Experiments
import Foundation
import GRDB
import LinearAlgebra
import TestSupport
import Updates

/// A tiny base, a tuned model that differs from it in every tensor, and prompts of every kind.
struct TinyPair {
  let place: TemporaryDirectory
  let base: URL
  let tuned: URL
  let prompts: [URL]

  /// Writes both models, stored as F32.
  init(layers: Int = 3) throws {
    place = try TemporaryDirectory()
    (base, tuned) = (place.appending("base"), place.appending("tuned"))
    let decoder = TinyDecoder("llama") { decoder in
      (decoder.layers, decoder.vocabulary) = (layers, 320)
    }
    try decoder.write(seed: 1, to: base)
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(
        at: Fixture.url("evaluation/model/\(name)"), to: base.appending(path: name))
    }
    let model = try ModelCheckpoint.open(base)
    try Self.writeTuned(model, seed: 2, to: tuned)
    prompts = [place.appending("prompts")]
    try FileManager.default.createDirectory(at: prompts[0], withIntermediateDirectories: true)
    for (ability, lines) in Self.lines {
      let text = lines.enumerated().map { index, members in
        #"{"id": "\#(ability)-\#(index)", "ability": "\#(ability)", "#
          + #""kind": "\#(ability)", \#(members)}"#
      }.joined(separator: "\n")
      try Data(text.utf8).write(to: prompts[0].appending(path: "\(ability).jsonl"))
    }
  }

  /// Writes another tuned model, `step-N` beside the first.
  func writeStep(_ step: Int, seed: UInt64) throws {
    try Self.writeTuned(
      ModelCheckpoint.open(base), seed: seed, to: place.appending("step-\(step)"))
  }

  private static func writeTuned(_ model: ModelCheckpoint, seed: UInt64, to directory: URL) throws {
    try write(model, to: directory) { entry, elements in
      var random = CounterRandom(seed: seed, stream: entry.name)
      return elements.map { $0 + 0.05 * Float(random.gaussian()) }
    }
  }

  /// Writes a changed copy of a model, F32, with its configuration and tokenizer.
  static func write(
    _ model: ModelCheckpoint, to directory: URL,
    changing change: (WeightEntry, [Float]) throws -> [Float]
  ) throws {
    let files = FileManager.default
    try files.createDirectory(at: directory, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: model.url.path)
    where !name.hasSuffix(".safetensors") {
      try files.copyItem(
        at: model.url.appending(path: name), to: directory.appending(path: name))
    }
    let tensors = try model.weights.entries.map { entry in
      let elements = try model.source.matrix(entry.name).elements
      return (name: entry.name, shape: entry.shape, elements: try change(entry, elements))
    }
    try SafetensorsWriter.write(
      InMemoryTensors(tensors), to: directory.appending(path: "model.safetensors"))
  }

  /// A plan over the pair.
  func plan(_ change: (inout AblationPlan) -> Void = { _ in }) -> AblationPlan {
    var plan = AblationPlan(
      base: base.path, tuned: tuned.path, prompts: prompts.map(\.path),
      components: [.pp, .oo, .rest], by: [.layer], rank: .count(4), controlSeeds: 2, seed: 5)
    change(&plan)
    return plan
  }

  private static let words = ["stone", "river", "cloud", "seven", "blue", "lamp", "north", "salt"]

  private static var lines: [(ability: String, members: [String])] {
    let texts = (0..<8).map { index in
      (0..<4).map { words[(index * 3 + $0 * $0) % words.count] }.joined(separator: " ")
    }
    return [
      (
        "choice",
        texts.map { #""prompt": "\#($0)", "choices": [" red", " two", " of it"], "answer": 1"# }
      ),
      ("completion", texts.map { #""prompt": "\#($0)", "answer": " and so on""# }),
      ("minimal-pair", texts.map { #""good": "\#($0)s", "bad": "\#($0)ed""# }),
      ("text", texts.map { #""text": "\#($0), they said.""# }),
      (
        "generate",
        texts.prefix(3).map {
          #""prompt": "\#($0)", "answer": "x", "max_tokens": 4, "samples": 2, "temperature": 1.0"#
        }
      ),
    ]
  }
}

/// A run on disk.
enum RunTables {
  /// Every row of every table as text; how long a unit took is left out.
  static func rows(of run: URL) throws -> [String: [String]] {
    let file = run.appending(path: "results.sqlite")
    return try DatabaseQueue(path: file.path).read { database in
      let names = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      return try Dictionary(
        uniqueKeysWithValues: names.map { name in
          let columns = name == "unit" ? "key, position" : "*"
          let rows = try Row.fetchAll(database, sql: "SELECT \(columns) FROM \"\(name)\"")
          return (name, rows.map { "\($0)" }.sorted())
        })
    }
  }

  /// Copies a run as a killed process would leave it.
  static func copy(_ run: URL, to place: URL) throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for name in ["results.sqlite", "plan.json"] {
      try FileManager.default.copyItem(
        at: run.appending(path: name), to: place.appending(path: name))
    }
  }
}
