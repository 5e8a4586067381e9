import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite("Element conversion")
struct ElementConversionTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Opens a file whose only tensor holds every 16-bit pattern in order.
  private func everyPattern(_ dtype: DType) throws -> SafetensorsFile {
    let header = #"{"x":{"dtype":"\#(dtype.rawValue)","shape":[65536],"data_offsets":[0,131072]}}"#
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8)
    for pattern in UInt16.min...UInt16.max {
      bytes += [UInt8(pattern & 0xFF), UInt8(pattern >> 8)]
    }
    let url = directory.appending("\(dtype).safetensors")
    try bytes.write(to: url)
    return try SafetensorsFile(url)
  }

  @Test("every binary16 widens to its value")
  func half() throws {
    let file = try everyPattern(.f16)
    let (found, wide) = (try file.vector("x"), try file.doubleMatrix("x").elements)
    let wrong = (UInt16.min...UInt16.max).filter { pattern in
      let expected = Float(Float16(bitPattern: pattern))
      let (value, double) = (found[Int(pattern)], wide[Int(pattern)])
      if expected.isNaN { return !value.isNaN || !double.isNaN }
      return value.bitPattern != expected.bitPattern || double != Double(expected)
    }
    #expect(wrong.isEmpty)
  }

  @Test("every bfloat16 widens to its value, and back to its bits")
  func bfloat16() throws {
    let found = try everyPattern(.bf16).vector("x")
    let wrong = (UInt16.min...UInt16.max).filter { pattern in
      let value = found[Int(pattern)]
      if value.bitPattern != UInt32(pattern) << 16 { return true }
      return value.isNaN ? !BFloat16.rounded(value).isNaN : BFloat16.bits(value) != pattern
    }
    #expect(wrong.isEmpty)
  }

  @Test("bfloat16 rounds to the nearest, ties to even")
  func nearest() {
    let step: UInt32 = 0x1_0000
    for upper: UInt32 in [0x3F80, 0x3F81, 0x0001, 0x7F7E, 0xC2C8, 0x8000] {
      for lower: UInt32 in [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF] {
        let value = Float(bitPattern: upper * step + lower)
        let below = Float(bitPattern: upper * step)
        let above = Float(bitPattern: (upper + 1) * step)
        let (down, up) = (
          Double(value.magnitude) - Double(below.magnitude),
          Double(above.magnitude) - Double(value.magnitude)
        )
        let isEven = upper % 2 == 0
        let expected = down < up || (down == up && isEven) ? below : above
        #expect(BFloat16.rounded(value) == expected, "\(value)")
      }
    }
    #expect(BFloat16.rounded(.greatestFiniteMagnitude) == .infinity)
    #expect(BFloat16.rounded(Float(bitPattern: 0x7F80_0001)).isNaN)
  }
}
