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

  /// The results for one class or mapping of characters.
  struct CharacterClass {
    let separator: String
    let blockDigests: [UInt32]
  }

  let lines: [String]
  /// The characters of the classes, cut into blocks.
  let characterBlocks: [[Unicode.Scalar]]
  let classes: [String: CharacterClass]
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

    let characters = try #require(expected["characters"])
    let scalars = try #require(characters["ranges"]?.array).flatMap { range in
      let bounds = try #require(range.array).map { try #require($0.int) }
      return (UInt32(bounds[0])...UInt32(bounds[1])).compactMap { Unicode.Scalar($0) }
    }
    let size = try #require(characters["block"]?.int)
    characterBlocks = stride(from: 0, to: scalars.count, by: size).map {
      Array(scalars[$0..<min($0 + size, scalars.count)])
    }
    var classes: [String: CharacterClass] = [:]
    for (name, value) in try #require(characters["classes"]?.object).members {
      classes[name.string] = CharacterClass(
        separator: try #require(value["separator"]?.string),
        blockDigests: try Self.unpack(value["blocks"]))
    }
    self.classes = classes
  }

  /// Base64 of little-endian numbers.
  private static func unpack(_ value: JSONValue?) throws -> [UInt32] {
    let bytes = [UInt8](try #require(value?.string.flatMap { Data(base64Encoded: $0) }))
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
  }

  /// Loads one of the tokenizers from a directory of its own.
  static func load(_ name: String, configuration: String? = nil) throws -> any Tokenizer {
    var files: [String: Data] = [:]
    for (suffix, file) in [("json", "tokenizer.json"), ("model", "tokenizer.model")] {
      files[file] = try? Data(contentsOf: directory.appending(path: "\(name).\(suffix)"))
    }
    files["tokenizer_config.json"] = configuration.map { Data($0.utf8) }
    return try withDirectory(of: files) { try TokenizerLoader.load(directory: $0) }
  }

  /// Lends a directory that holds these files.
  static func withDirectory<R>(of files: [String: Data], _ body: (URL) throws -> R) throws -> R {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    for (name, data) in files { try data.write(to: home.appending(path: name)) }
    return try body(home)
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
