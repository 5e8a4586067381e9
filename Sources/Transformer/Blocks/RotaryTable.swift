import Architecture
import Foundation

/// Cosines and sines of the rotary embedding for positions 0..<length.
///
/// Frequencies follow `transformers`' `modeling_rope_utils`: exponents in `Double`, rounded to
/// `Float` where the reference holds `Float`.
struct RotaryTable: Sendable {
  /// Half the width of a head.
  let half: Int
  private let cosines: [Float]
  private let sines: [Float]

  /// Tabulates positions.
  ///
  /// - Parameters:
  ///   - rotary: Base frequency and scaling.
  ///   - headWidth: Width of a head.
  ///   - length: Positions that are needed; `dynamic` scaling depends on it.
  init(_ rotary: RotarySpecification, headWidth: Int, length: Int) {
    half = headWidth / 2
    let (frequencies, factor) = Self.frequencies(rotary, width: headWidth, length: length)
    var cosines = [Float](repeating: 0, count: half * length)
    var sines = cosines
    for position in 0..<length {
      for index in 0..<half {
        let angle = Float(position) * frequencies[index]
        cosines[position * half + index] = cos(angle) * factor
        sines[position * half + index] = sin(angle) * factor
      }
    }
    self.cosines = cosines
    self.sines = sines
  }

  /// Calls `body` with the row of a position.
  func withRow(
    _ position: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    cosines.withUnsafeBufferPointer { cosines in
      sines.withUnsafeBufferPointer { sines in
        guard let cosine = cosines.baseAddress, let sine = sines.baseAddress else { return }
        body(cosine + position * half, sine + position * half)
      }
    }
  }

  /// Inverse frequencies, and the factor of cosines and sines.
  static func frequencies(_ rotary: RotarySpecification, width: Int, length: Int)
    -> ([Float], Float)
  {
    func plain(theta: Double) -> [Float] {
      stride(from: 0, to: width, by: 2).map {
        1 / Float(pow(theta, Double(Float($0) / Float(width))))
      }
    }
    let base = plain(theta: rotary.theta)
    switch rotary.scaling {
    case .none:
      return (base, 1)
    case .linear(let factor):
      return (base.map { $0 / Float(factor) }, 1)
    case .dynamic(let factor, let original):
      guard length > original else { return (base, 1) }
      let stretch = factor * Double(length) / Double(original) - (factor - 1)
      let theta = rotary.theta * pow(stretch, Double(width) / Double(width - 2))
      return (plain(theta: theta), 1)
    case .llama3(let factor, let low, let high, let original):
      let lengths = base.map { 2 * Double.pi / Double($0) }
      let scaled = zip(base, lengths).map { frequency, wavelength -> Float in
        if wavelength < Double(original) / high { return frequency }
        if wavelength > Double(original) / low { return frequency / Float(factor) }
        let smooth = Float((Double(original) / wavelength - low) / (high - low))
        return (1 - smooth) * frequency / Float(factor) + smooth * frequency
      }
      return (scaled, 1)
    case .yarn(let factor, let original, let fast, let slow, let attentionFactor, let truncates):
      let ramp = Self.ramp(rotary.theta, width, original, fast, slow, truncates)
      let mixed = zip(base, ramp).map { frequency, share in
        frequency / Float(factor) * share + frequency * (1 - share)
      }
      return (mixed, Float(attentionFactor))
    }
  }

  /// The share of interpolation of each frequency, yarn's equations 22 and 23.
  private static func ramp(
    _ theta: Double, _ width: Int, _ original: Int, _ fast: Double, _ slow: Double,
    _ truncates: Bool
  ) -> [Float] {
    func dimension(_ rotations: Double) -> Double {
      Double(width) * log(Double(original) / (rotations * 2 * .pi)) / (2 * log(theta))
    }
    var (low, high) = (dimension(fast), dimension(slow))
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    low = max(low, 0)
    high = min(high, Double(width - 1))
    if low == high { high += 0.001 }
    return (0..<width / 2).map { index in
      Float(min(max((Double(index) - low) / (high - low), 0), 1))
    }
  }
}
