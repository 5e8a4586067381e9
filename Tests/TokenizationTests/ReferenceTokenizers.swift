import Foundation
import JSON
import Testing
import Tokenization

/// What the reference libraries made of hard text; tools/fixtures/tokenization.py writes the files
/// and describes them.
struct ReferenceTokenizers {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/tokenizers")

  /// The results for one tokenizer.
  struct Kind {
    let vocabularySize: Int
    let lineDigests: [UInt32]
    let sampleDigests: [UInt32]
  }

  let lines: [String]
  let seed: UInt64
  let kinds: [String: Kind]

  static let shared = Result { try ReferenceTokenizers() }

  private init() throws {
    func parse(_ name: String) throws -> JSONValue {
      try JSONParser.parse([UInt8](Data(contentsOf: Self.directory.appending(path: name))))
    }
    lines = try #require(try parse("lines.json").array).map { try #require($0.string) }
    let expected = try parse("expected.json")
    seed = UInt64(try #require(expected["seed"]?.int))
    var kinds: [String: Kind] = [:]
    for (name, value) in try #require(expected["kinds"]?.object).members {
      kinds[name.string] = Kind(
        vocabularySize: try #require(value["vocabulary"]?.int),
        lineDigests: try Self.unpack(value["lines"]),
        sampleDigests: try Self.unpack(value["samples"]))
    }
    self.kinds = kinds
  }

  /// Base64 of little-endian numbers.
  private static func unpack(_ value: JSONValue?) throws -> [UInt32] {
    let bytes = [UInt8](try #require(value?.string.flatMap { Data(base64Encoded: $0) }))
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
  }

  /// Copies one tokenizer into a directory of its own and loads it from there.
  static func load(_ name: String, configuration: String? = nil) throws -> any Tokenizer {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    for (suffix, file) in [("json", "tokenizer.json"), ("model", "tokenizer.model")] {
      let source = directory.appending(path: "\(name).\(suffix)")
      guard FileManager.default.fileExists(atPath: source.path) else { continue }
      try FileManager.default.copyItem(at: source, to: home.appending(path: file))
    }
    if let configuration {
      try Data(configuration.utf8).write(to: home.appending(path: "tokenizer_config.json"))
    }
    return try TokenizerLoader.load(directory: home)
  }

  /// The text that stands for the result of a line.
  static func record(_ encoding: Encoding, plain: String, whole: String) -> String {
    let tokens = zip(encoding.ids, encoding.offsets).map { id, offset in
      "\(id):\(offset.lowerBound):\(offset.upperBound)"
    }
    return "\(tokens.joined(separator: " "))\n\(plain)\n\(whole)"
  }

  /// The random sequences of ids that the libraries decoded.
  func samples(of kind: Kind) -> [[Int]] {
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    return kind.sampleDigests.map { _ in
      (0..<1 + below(12)).map { _ in below(kind.vocabularySize) }
    }
  }

  /// The low half of FNV-1a.
  static func digest(_ text: String) -> UInt32 {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return UInt32(truncatingIfNeeded: hash)
  }
}
