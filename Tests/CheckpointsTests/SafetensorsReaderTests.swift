import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// A file and what the safetensors library says of it; see tools/fixtures/checkpoints.py.
private struct Vector: Decodable {
  let name: String
  let bytes: Data
  let accepted: Bool

  static func load() throws -> [Vector] {
    try JSONDecoder().decode(
      [Vector].self, from: Data(contentsOf: Fixture.url("checkpoints/safetensors.json")))
  }
}

@Suite("Safetensors reader")
struct SafetensorsReaderTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func rule(of bytes: Data) throws -> SafetensorsRule? {
    let url = directory.appending("file.safetensors")
    try bytes.write(to: url)
    do {
      _ = try SafetensorsFile(url)
      return nil
    } catch CheckpointError.invalidSafetensors(let path, _, let rule) {
      #expect(path == url.path)
      return rule
    }
  }

  @Test("refuses all that the reference refuses, and little more")
  func reference() throws {
    let stricter: Set = [
      "leading space", "unsupported dtype", "unknown field", "duplicate tensor",
      "duplicate metadata key", "nine dimensions",
    ]
    for vector in try Vector.load() {
      let isAccepted = try rule(of: vector.bytes) == nil
      #expect(isAccepted == (vector.accepted && !stricter.contains(vector.name)), "\(vector.name)")
    }
  }

  @Test("each broken rule has its own error")
  func rules() throws {
    let expected: [(String, SafetensorsRule)] = [
      ("seven bytes", .fileTooSmall(bytes: 7)), ("empty file", .fileTooSmall(bytes: 0)),
      ("empty header", .headerStart), ("leading space", .headerStart),
      ("an array", .headerStart),
      ("header too large", .headerTooLarge(bytes: 100_000_001)),
      ("unsupported dtype", .unsupportedDType("I64")),
      ("lower case dtype", .unsupportedDType("f32")),
      ("gap", .gap(expected: 2, found: 4)), ("overlap", .gap(expected: 4, found: 2)),
      ("first offset is not 0", .gap(expected: 0, found: 8)),
      ("reversed offsets", .offsetsReversed), ("size overflows", .sizeOverflow),
      ("size and offsets differ", .wrongSize(expected: 12, found: 8)),
      ("missing dtype", .missingField("dtype")), ("missing shape", .missingField("shape")),
      ("missing offsets", .missingField("data_offsets")),
      ("unknown field", .unknownField("stride")),
      ("three offsets", .invalidField("data_offsets", found: "3 numbers")),
      ("entry is no object", .notAnObject(found: "an array")),
      ("metadata is a number", .invalidMetadata("\"k\": a number")),
      ("nine dimensions", .tooManyDimensions(9)),
    ]
    let vectors = try Dictionary(uniqueKeysWithValues: Vector.load().map { ($0.name, $0.bytes) })
    for (name, wanted) in expected {
      let bytes = try #require(vectors[name])
      #expect(try rule(of: bytes) == wanted, "\(name)")
    }
    for name in ["not JSON", "not UTF-8", "duplicate tensor", "duplicate field"] {
      let found = try rule(of: #require(vectors[name]))
      guard case .invalidJSON? = found else {
        Issue.record("\(name): \(String(describing: found))")
        continue
      }
    }
    for name in ["one byte too many", "one byte too few"] {
      let found = try rule(of: #require(vectors[name]))
      guard case .wrongLength? = found else {
        Issue.record("\(name): \(String(describing: found))")
        continue
      }
    }
  }

  @Test("an error names file, tensor and rule")
  func message() throws {
    let vector = try #require(try Vector.load().first { $0.name == "size and offsets differ" })
    let url = directory.appending("broken.safetensors")
    try vector.bytes.write(to: url)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
    let text = "\(error.map { "\($0)" } ?? "")"
    for part in [url.path, "\"a\"", "12 bytes", "span 8"] { #expect(text.contains(part)) }
  }

  @Test("values of every dtype are those the reference wrote")
  func values() throws {
    let file = try SafetensorsFile(Fixture.url("checkpoints/written.safetensors"))
    let expected = try JSONDecoder().decode(
      [String: [Double]].self, from: Data(contentsOf: Fixture.url("checkpoints/written.json")))
    #expect(file.tensors.map(\.name) == expected.keys.sorted())
    #expect(file.metadata.map(\.key).sorted() == ["format", "note"])
    #expect(file.metadata.first { $0.key == "note" }?.value == "quote \" and ü")
    for (name, values) in expected {
      #expect(try file.doubleMatrix(name).elements == values, "\(name)")
      #expect(try file.matrix(name).elements == values.map { Float($0) }, "\(name)")
    }
    #expect(file.info("scalar")?.shape == [])
    #expect(file.info("empty")?.shape == [0, 4])
    #expect(file.info("d")?.dtype == .f64)
  }

  @Test("a range of rows is that part of the whole, also where data are not aligned")
  func rows() throws {
    let file = try SafetensorsFile(Fixture.url("checkpoints/written.safetensors"))
    for name in ["d", "s", "b", "h"] {
      let whole = try file.matrix(name)
      var part = [Float](repeating: 0, count: 10)
      try part.withUnsafeMutableBufferPointer { try file.read(name, rows: 1..<3, into: $0) }
      #expect(part == Array(whole.elements[5...]))
    }
    // The header's length is odd: tensors start at odd addresses.
    var bytes = Data("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}} ".utf8)
    if bytes.count % 2 == 0 { bytes.append(UInt8(ascii: " ")) }
    let length = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Data($0) }
    let value = withUnsafeBytes(of: (1.25).bitPattern.littleEndian) { Data($0) }
    let url = directory.appending("odd.safetensors")
    try (length + bytes + value).write(to: url)
    #expect(try SafetensorsFile(url).doubleMatrix("a").elements == [1.25])
  }

  @Test("names that Swift strings think equal stay apart")
  func canonicalNames() throws {
    let vector = try #require(try Vector.load().first { $0.name == "canonically equal names" })
    let url = directory.appending("names.safetensors")
    var bytes = vector.bytes
    bytes[bytes.count - 1] = 0x3F
    try bytes.write(to: url)
    let file = try SafetensorsFile(url)
    #expect(try file.vector("\u{C5}") == [0])
    #expect(try file.vector("A\u{30A}") == [Float(bitPattern: 0x3F00_0000)])
  }

  @Test("a file that shrinks while it is mapped is an error, not a crash")
  func shrinks() throws {
    let url = directory.appending("shrinks.safetensors")
    try SafetensorsWriter.write(
      InMemoryTensors([(name: "a", shape: [4096], elements: Array(repeating: 1, count: 4096))]),
      to: url)
    let file = try SafetensorsFile(url)
    #expect(try file.vector("a").count == 4096)
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: 100)
    #expect(throws: CheckpointError.fileChanged(path: url.path)) { try file.vector("a") }
  }

  @Test("what is no file is an error")
  func absent() {
    #expect(throws: CheckpointError.self) { try SafetensorsFile(directory.appending("nothing")) }
    #expect(throws: CheckpointError.self) { try SafetensorsFile(directory.url) }
  }

  @Test("flipped, cut and repeated bytes give errors or tensors, never a crash")
  func mutations() throws {
    var random = CounterRandom(seed: 11, stream: "mutations")
    let seeds =
      try Vector.load().filter(\.accepted).map(\.bytes)
      + [Data(contentsOf: Fixture.url("checkpoints/written.safetensors"))]
    let url = directory.appending("mutant.safetensors")
    try Data().write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    var (opened, refused) = (0, 0)
    for _ in 0..<800 {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes = bytes.prefix(place)
        case 1: bytes.insert(bytes[place], at: place)
        case 2: bytes[place] = UInt8.random(in: 0x20..<0x7F, using: &random)
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      }
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: bytes)
      do {
        let file = try SafetensorsFile(url)
        for info in file.tensors { _ = try file.doubleMatrix(info.name) }
        opened += 1
      } catch is CheckpointError {
        refused += 1
      }
    }
    #expect(opened > 10 && refused > 400, "\(opened) opened, \(refused) refused")
  }
}
