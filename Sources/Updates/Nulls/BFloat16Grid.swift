import Foundation
import LinearAlgebra
import Statistics

/// The bfloat16 numbers as a grid that small updates must cross to show.
enum BFloat16Grid {
  /// The cells of the grid: entries that change alike under Gaussian updates.
  ///
  /// The distance to the neighbours depends on the exponent, and on whether the entry is a power
  /// of two, whose lower neighbour is at half the distance.
  static func cell(of value: Float) -> Int {
    let bits = value.bitPattern
    return Int(bits >> 23 & 0xFF) << 1 | (bits & 0x7F_0000 == 0 ? 1 : 0)
  }

  static let cellCount = 512

  /// The probability that an entry of a cell changes when N(0, s²) is added before rounding.
  static func changeProbability(cell: Int, scale: Double) -> Double {
    let exponent = max(cell >> 1, 1)
    let spacing = scalbn(1.0, exponent - 127 - 7)
    let below = cell & 1 == 1 && cell >> 1 > 1 ? spacing / 2 : spacing
    return Normal.survival(spacing / 2 / scale) + Normal.survival(below / 2 / scale)
  }

  /// The s at which a share of entries is expected to change.
  ///
  /// - Parameters:
  ///   - density: the share, in (0, 1).
  ///   - base: W₀, bfloat16 numbers.
  /// - Returns: s, by bisection to full precision of the exponent.
  static func scale(forDensity density: Double, of base: Matrix<Float>) -> Double {
    var counts = [Int](repeating: 0, count: cellCount)
    for element in base.elements { counts[cell(of: element)] += 1 }
    let occupied = counts.indices.filter { counts[$0] > 0 }
    func expected(_ scale: Double) -> Double {
      occupied.reduce(0) {
        $0 + Double(counts[$1]) * changeProbability(cell: $1, scale: scale)
      } / Double(base.elements.count)
    }
    var (low, high) = (-160.0, 160.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if expected(exp2(middle)) < density { low = middle } else { high = middle }
    }
    return exp2((low + high) / 2)
  }
}
