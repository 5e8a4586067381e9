/// Stored little-endian elements to `Float` or `Double` and back; sources may start anywhere.
///
/// One plain loop a dtype, without branches inside, so that the compiler vectorises it.
enum ElementConversion {
  /// Widens (F64: rounds) stored elements to `Float`.
  ///
  /// - Precondition: `source` holds `destination.count` elements.
  static func widen(
    _ source: UnsafeRawBufferPointer, _ dtype: DType,
    to destination: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(source.count == destination.count * dtype.byteCount)
    guard let base = source.baseAddress, let target = destination.baseAddress else { return }
    switch dtype {
    case .bf16: transform(base, destination.count, target) { BFloat16.value($0) }
    case .f16: transform(base, destination.count, target, half)
    case .f32: transform(base, destination.count, target) { Float(bitPattern: $0) }
    case .f64: transform(base, destination.count, target) { Float(Double(bitPattern: $0)) }
    }
  }

  /// Widens stored elements to `Double`; exact.
  ///
  /// - Precondition: `source` holds `destination.count` elements.
  static func widen(
    _ source: UnsafeRawBufferPointer, _ dtype: DType,
    to destination: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(source.count == destination.count * dtype.byteCount)
    guard let base = source.baseAddress, let target = destination.baseAddress else { return }
    switch dtype {
    case .bf16: transform(base, destination.count, target) { Double(BFloat16.value($0)) }
    case .f16: transform(base, destination.count, target) { Double(half($0)) }
    case .f32: transform(base, destination.count, target) { Double(Float(bitPattern: $0)) }
    case .f64: transform(base, destination.count, target) { Double(bitPattern: $0) }
    }
  }

  /// The bytes of values in a dtype, rounded to nearest even.
  static func bytes(of values: UnsafeBufferPointer<Float>, as dtype: DType) -> [UInt8] {
    switch dtype {
    case .bf16: bytes(of: values) { BFloat16.bits($0) }
    case .f16: bytes(of: values) { Float16($0).bitPattern }
    case .f32: bytes(of: values) { $0.bitPattern }
    case .f64: bytes(of: values) { Double($0).bitPattern }
    }
  }

  @inline(__always)
  private static func transform<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Value>,
    _ value: (Bits) -> Value
  ) {
    for index in 0..<count {
      let offset = index &* MemoryLayout<Bits>.size
      let bits = source.loadUnaligned(fromByteOffset: offset, as: Bits.self)
      target[index] = value(Bits(littleEndian: bits))
    }
  }

  @inline(__always)
  private static func bytes<Bits: FixedWidthInteger & BitwiseCopyable>(
    of values: UnsafeBufferPointer<Float>, _ bits: (Float) -> Bits
  ) -> [UInt8] {
    let size = values.count * MemoryLayout<Bits>.size
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      if let target = UnsafeMutableRawPointer(buffer.baseAddress) {
        for index in 0..<values.count {
          target.storeBytes(
            of: bits(values[index]).littleEndian, toByteOffset: index &* MemoryLayout<Bits>.size,
            as: Bits.self)
        }
      }
      count = size
    }
  }

  /// The value of a binary16: its bits under binary32's exponent, rescaled, which also normalises
  /// subnormals; without the hardware conversion that plain x86-64 lacks.
  @inline(__always)
  private static func half(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let finite = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let special = magnitude | 0x7F80_0000
    let sign = UInt32(bits & 0x8000) << 16
    return Float(bitPattern: (bits & 0x7C00 == 0x7C00 ? special : finite) | sign)
  }
}
