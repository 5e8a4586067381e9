/// Sixteen floats that are computed side by side.
///
/// Kernels are written with explicit lanes because the order of a sum is part of their contract:
/// lane i sums elements i, i + 16, …, then ``sum(_:)`` adds the lanes in one fixed order.
package typealias Lanes = SIMD16<Float>

/// Number of lanes; buffers that kernels read in whole lanes are padded to a multiple of it.
package let laneCount = 16

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ lanes: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Lanes.self)
}

/// The sum of the lanes, by halves.
@inline(__always)
func sum(_ lanes: Lanes) -> Float {
  let eight = lanes.lowHalf + lanes.highHalf
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// The larger of two numbers in each lane; NaN in `left` stays.
@inline(__always)
func larger(_ left: Lanes, _ right: Lanes) -> Lanes {
  left.replacing(with: right, where: left .< right)
}

/// e^x in each lane.
///
/// Cephes' reduction and polynomial (x = n·ln 2 + r, |r| ≤ ½·ln 2), within 2 units in the last
/// place. Below −87.33, where the result is subnormal, it is 0; above 88.37 it stays at e^88.37;
/// NaN stays NaN.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let lowest: Float = -87.33
  let highest: Float = 88.37
  let shift: Float = 12_582_912  // 1.5 · 2^23: adding it rounds to a whole number
  let clamped = x.replacing(with: highest, where: x .> highest)
  let shifted = clamped * 1.442_695_04 + shift
  let whole = shifted - shift
  let rest = clamped - whole * 0.693_359_375 - whole * -2.121_944_4e-4
  var series = rest * 1.987_569_1e-4 + 1.398_199_95e-3
  series = series * rest + 8.333_452e-3
  series = series * rest + 4.166_579_6e-2
  series = series * rest + 0.166_666_655
  series = series * rest + 0.500_000_01
  series = series * rest * rest + rest + 1
  // The low bits of `shifted` are n; placed in the exponent field they scale by 2^n.
  let power = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23 &+ 0x3F80_0000
  let result = series * unsafeBitCast(power, to: Lanes.self)
  return result.replacing(with: 0, where: x .< lowest)
}
