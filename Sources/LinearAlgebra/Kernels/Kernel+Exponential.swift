extension Kernel {
  /// eˣ of sixteen numbers, within 2 ulp of the exact value; 0 below −87.3, ∞ above 88.7.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2, eʳ by a polynomial of degree 6 (Cephes `expf`), scaled by
  /// 2ⁿ in the exponent bits.
  @inline(__always)
  static func exponential(_ x: Lanes) -> Lanes {
    let bounded = x.clamped(
      lowerBound: Lanes(repeating: -87.33), upperBound: Lanes(repeating: 88.72))
    let n = (bounded * Lanes(repeating: 1.442_695_04)).rounded(.toNearestOrEven)
    var r = bounded - n * Lanes(repeating: 0.693_359_375)
    r = r - n * Lanes(repeating: -2.121_944_4e-4)
    var p = Lanes(repeating: 1.987_569_15e-4)
    p = p * r + Lanes(repeating: 1.398_199_95e-3)
    p = p * r + Lanes(repeating: 8.333_451_9e-3)
    p = p * r + Lanes(repeating: 4.166_579_6e-2)
    p = p * r + Lanes(repeating: 1.666_666_55e-1)
    p = p * r + Lanes(repeating: 5.000_000_1e-1)
    let e = p * (r * r) + r + Lanes(repeating: 1)
    let exponent = SIMD16<Int32>(truncatingIfNeeded: SIMD16<Int32>(n)) &+ SIMD16(repeating: 127)
    // 2¹²⁸ has no exponent bits: scale in two steps.
    let half = exponent &- SIMD16(repeating: 1)
    let scale = unsafeBitCast(half &<< 23, to: Lanes.self)
    let value = e * scale * Lanes(repeating: 2)
    let small = x .< Lanes(repeating: -87.33)
    let large = x .> Lanes(repeating: 88.72)
    return value.replacing(with: Lanes(repeating: 0), where: small)
      .replacing(with: Lanes(repeating: .infinity), where: large)
  }

  /// Loads up to sixteen numbers, the rest filled with `filler`.
  @inline(__always)
  static func loadPartial(_ pointer: UnsafePointer<Float>, count: Int, filler: Float) -> Lanes {
    var value = Lanes(repeating: filler)
    for lane in 0..<count { value[lane] = pointer[lane] }
    return value
  }
}
