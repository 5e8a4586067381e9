/// Conversions between bfloat16, the upper half of a binary32, and `Float`.
public enum BFloat16 {
  /// The value of a bit pattern; exact.
  @inlinable
  public static func value(_ bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }

  /// The nearest bit pattern, ties to even; NaN stays a quiet NaN.
  @inlinable
  public static func bits(_ value: Float) -> UInt16 {
    let pattern = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: pattern >> 16) | 0x0040 }
    return UInt16(truncatingIfNeeded: (pattern &+ 0x7FFF &+ ((pattern >> 16) & 1)) >> 16)
  }

  /// The nearest value that bfloat16 holds.
  @inlinable
  public static func rounded(_ value: Float) -> Float { BFloat16.value(bits(value)) }
}
