import Foundation

/// A counter-based random generator: the n-th draw of a stream is a function of (key, stream, n).
///
/// Draws do not depend on what else was drawn, so order of work and resumption change nothing.
///
///     var random = CounterRandom(seed: 7, stream: "layer 3/q_proj")
///
/// - Source: Philox4x32-10, Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
public struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: (UInt32, UInt32)
  private let stream: UInt64
  private var counter: UInt64 = 0
  private var block: (UInt64, UInt64) = (0, 0)
  private var left = 0

  /// Creates the generator of a seed and a numbered stream.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = stream
  }

  /// Creates the generator of a seed and a named stream (FNV-1a of the name).
  public init(seed: UInt64, stream name: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    self.init(seed: seed, stream: hash)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    if left == 0 {
      block = Self.philox(counter: counter, stream: stream, key: key)
      counter &+= 1
      left = 2
    }
    left -= 1
    return left == 1 ? block.0 : block.1
  }

  /// A uniform number in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal number (Box–Muller; two uniforms a draw).
  public mutating func gaussian() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  private static func philox(
    counter: UInt64, stream: UInt64, key: (UInt32, UInt32)
  ) -> (UInt64, UInt64) {
    var (k0, k1) = key
    var c0 = UInt32(truncatingIfNeeded: counter)
    var c1 = UInt32(truncatingIfNeeded: counter >> 32)
    var c2 = UInt32(truncatingIfNeeded: stream)
    var c3 = UInt32(truncatingIfNeeded: stream >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xD251_1F53
      let p1 = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (UInt64(c0) | UInt64(c1) << 32, UInt64(c2) | UInt64(c3) << 32)
  }
}
