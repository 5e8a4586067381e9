import Foundation

extension Kernel {
  /// gate ← silu(gate) ⊙ up, silu(x) = x / (1 + e⁻ˣ) (Shazeer 2020, arXiv 2002.05202).
  package static func gate(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int
  ) {
    let one = Lanes(repeating: 1)
    forEachLane(count) {
      let value = load(gate + $0)
      store(value / (one + exponential(-value)) * load(up + $0), to: gate + $0)
    } rest: {
      let value = gate[$0]
      gate[$0] = value / (1 + exp(-value)) * up[$0]
    }
  }
}
