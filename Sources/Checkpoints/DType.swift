/// The element type of a stored tensor that this project computes with.
public enum DType: String, Sendable, Hashable, Codable, CaseIterable {
  /// bfloat16: the upper half of an IEEE 754 binary32.
  case bf16 = "BF16"
  /// IEEE 754 binary16.
  case f16 = "F16"
  /// IEEE 754 binary32.
  case f32 = "F32"
  /// IEEE 754 binary64.
  case f64 = "F64"

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .bf16, .f16: 2
    case .f32: 4
    case .f64: 8
    }
  }
}
