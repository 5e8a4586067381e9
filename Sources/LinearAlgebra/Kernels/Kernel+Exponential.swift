extension Kernel {
  /// eˣ of sixteen numbers, within 2 ulp of the exact value; 0 below −87.3, ∞ above 88.7, NaN of
  /// NaN.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2, eʳ by a polynomial of degree 6 (Cephes `expf`), scaled by
  /// 2ⁿ in the exponent bits.
  @inline(__always)
  static func exponential(_ x: Lanes) -> Lanes {
    let small = x .< Lanes(repeating: -87.33)
    let large = x .> Lanes(repeating: 88.72)
    let bounded = x.replacing(with: Lanes(repeating: 0), where: small .| large)
    // Adding 1.5 · 2²³ rounds to a whole number that stands in the low bits.
    let shift = Lanes(repeating: 12_582_912)
    let shifted = bounded * Lanes(repeating: 1.442_695_04) + shift
    let n = shifted - shift
    var r = bounded - n * Lanes(repeating: 0.693_359_375)
    r = r - n * Lanes(repeating: -2.121_944_4e-4)
    var p = Lanes(repeating: 1.987_569_15e-4)
    p = p * r + Lanes(repeating: 1.398_199_95e-3)
    p = p * r + Lanes(repeating: 8.333_451_9e-3)
    p = p * r + Lanes(repeating: 4.166_579_6e-2)
    p = p * r + Lanes(repeating: 1.666_666_55e-1)
    p = p * r + Lanes(repeating: 5.000_000_1e-1)
    let e = p * (r * r) + r + Lanes(repeating: 1)
    // 2¹²⁸ has no exponent bits: scale by 2ⁿ⁻¹, then by 2.
    let bits = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &+ SIMD16(repeating: 126)
    let scale = unsafeBitCast(bits &<< 23, to: Lanes.self)
    let value = e * scale * Lanes(repeating: 2)
    return value.replacing(with: Lanes(repeating: 0), where: small)
      .replacing(with: Lanes(repeating: .infinity), where: large)
  }

  /// The larger of two numbers in each lane; NaN on the left stays.
  ///
  /// The standard library's `pointwiseMax` goes through memory lane by lane.
  @inline(__always)
  static func larger(_ left: Lanes, _ right: Lanes) -> Lanes {
    left.replacing(with: right, where: left .< right)
  }

  /// Loads up to sixteen numbers, the rest filled with `filler`.
  @inline(__always)
  static func loadPartial(_ pointer: UnsafePointer<Float>, count: Int, filler: Float) -> Lanes {
    var value = Lanes(repeating: filler)
    for lane in 0..<count { value[lane] = pointer[lane] }
    return value
  }
}
