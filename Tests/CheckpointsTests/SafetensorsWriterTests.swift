import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite("Safetensors writer")
struct SafetensorsWriterTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("rewriting a file of the reference gives the same bytes")
  func identical() throws {
    let original = Fixture.url("checkpoints/written.safetensors")
    let copy = directory.appending("copy.safetensors")
    let file = try SafetensorsFile(original)
    try SafetensorsWriter.write(file, metadata: file.metadata, to: copy)
    #expect(try Data(contentsOf: copy) == Data(contentsOf: original))
  }

  @Test("values are rounded to the dtype that is asked for, to nearest even")
  func rounding() throws {
    let values: [Float] = [1, 1.0039062, 1.0117188, -0.0, 65519, 1e-8, 3.4e38, .infinity]
    for dtype in DType.allCases {
      let url = directory.appending("\(dtype).safetensors")
      let info = TensorInfo(name: "x", dtype: dtype, shape: [values.count])
      try SafetensorsWriter.write([info], to: url) { _, rows, buffer in
        _ = buffer.update(fromContentsOf: values)
      }
      let expected: [Float] =
        switch dtype {
        case .bf16: [1, 1, 1.015625, -0.0, 65536, 1.0011718e-8, .infinity, .infinity]
        case .f16: values.map { Float(Float16($0)) }
        case .f32, .f64: values
        }
      let found = try SafetensorsFile(url).vector("x")
      for (mine, wanted) in zip(found, expected) {
        let isEqual = mine == wanted || (dtype == .bf16 && abs(mine - wanted) < 1e-6 * abs(wanted))
        #expect(isEqual && mine.sign == wanted.sign, "\(dtype): \(mine), expected \(wanted)")
      }
    }
  }

  @Test("large tensors are written in blocks of rows")
  func blocks() throws {
    let (rows, columns) = (700, 3001)
    let url = directory.appending("large.safetensors")
    let info = TensorInfo(name: "x", dtype: .f32, shape: [rows, columns])
    var ranges: [Range<Int>] = []
    try SafetensorsWriter.write([info], to: url) { _, range, buffer in
      ranges.append(range)
      for index in buffer.indices { buffer[index] = Float(range.lowerBound * columns + index) }
    }
    #expect(ranges.count > 1 && ranges.map(\.count).reduce(0, +) == rows)
    let found = try SafetensorsFile(url).matrix("x")
    #expect(found.elements.indices.allSatisfy { found.elements[$0] == Float($0) })
  }

  @Test("an error in the middle leaves the old file and nothing else")
  func interrupted() throws {
    struct Interruption: Error {}
    let url = directory.appending("model.safetensors")
    try Data("old".utf8).write(to: url)
    let infos = ["a", "b"].map { TensorInfo(name: $0, dtype: .bf16, shape: [4]) }
    #expect(throws: Interruption.self) {
      try SafetensorsWriter.write(infos, to: url) { name, _, buffer in
        if name == "b" { throw Interruption() }
        buffer.update(repeating: 0)
      }
    }
    #expect(try Data(contentsOf: url) == Data("old".utf8))
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
    #expect(left == ["model.safetensors"])
  }

  @Test("names that cannot be written are refused")
  func names() {
    let url = directory.appending("x.safetensors")
    let plain = TensorInfo(name: "a", dtype: .f32, shape: [])
    let reserved = TensorInfo(name: "__metadata__", dtype: .f32, shape: [])
    for (infos, rule) in [
      ([reserved], SafetensorsRule.reservedName), ([plain, plain], .duplicateName),
    ] {
      #expect(
        throws: CheckpointError.invalidSafetensors(
          path: url.path, tensor: infos[0].name, rule: rule)
      ) {
        try SafetensorsWriter.write(infos, to: url) { _, _, _ in }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test("a place that cannot be written is an error that names it")
  func unwritable() {
    let url = directory.appending("absent/x.safetensors")
    #expect {
      try SafetensorsWriter.write([], to: url) { _, _, _ in }
    } throws: { error in
      if case .unwritable(url.path, _)? = error as? CheckpointError { true } else { false }
    }
  }
}
