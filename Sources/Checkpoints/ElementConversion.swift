/// Stored little-endian elements to `Float` or `Double` and back; sources may start anywhere.
enum ElementConversion {
  /// Widens (F64: rounds) stored elements to `Float`.
  ///
  /// - Precondition: `source` holds `destination.count` elements.
  static func widen(
    _ source: UnsafeRawBufferPointer, _ dtype: DType,
    to destination: UnsafeMutableBufferPointer<Float>
  ) {
    let count = destination.count
    precondition(source.count == count * dtype.byteCount)
    guard count > 0, let base = source.baseAddress, let target = destination.baseAddress else {
      return
    }
    switch dtype {
    case .f32:
      UnsafeMutableRawPointer(target).copyMemory(from: base, byteCount: source.count)
    case .bf16:
      for index in 0..<count {
        let bits = base.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        target[index] = Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
      }
    case .f16:
      for index in 0..<count {
        let bits = base.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        target[index] = half(UInt16(littleEndian: bits))
      }
    case .f64:
      for index in 0..<count {
        let bits = base.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
        target[index] = Float(Double(bitPattern: UInt64(littleEndian: bits)))
      }
    }
  }

  /// Widens stored elements to `Double`; exact.
  static func widen(
    _ source: UnsafeRawBufferPointer, _ dtype: DType,
    to destination: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(source.count == destination.count * dtype.byteCount)
    for index in destination.indices {
      switch dtype {
      case .f64:
        let bits = source.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
        destination[index] = Double(bitPattern: UInt64(littleEndian: bits))
      case .f32:
        let bits = source.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        destination[index] = Double(Float(bitPattern: UInt32(littleEndian: bits)))
      case .bf16:
        let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        destination[index] = Double(BFloat16.value(UInt16(littleEndian: bits)))
      case .f16:
        let bits = source.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        destination[index] = Double(half(UInt16(littleEndian: bits)))
      }
    }
  }

  /// The bytes of values in a dtype, rounded to nearest even.
  static func bytes(of values: UnsafeBufferPointer<Float>, as dtype: DType) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: values.count * dtype.byteCount) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      for (index, value) in values.enumerated() {
        switch dtype {
        case .f32:
          raw.storeBytes(
            of: value.bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
        case .bf16:
          raw.storeBytes(
            of: BFloat16.bits(value).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
        case .f16:
          raw.storeBytes(
            of: halfBits(value).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
        case .f64:
          raw.storeBytes(
            of: Double(value).bitPattern.littleEndian, toByteOffset: 8 * index, as: UInt64.self)
        }
      }
      count = values.count * dtype.byteCount
    }
  }

  private static func half(_ bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }
  private static func halfBits(_ value: Float) -> UInt16 { Float16(value).bitPattern }
}
