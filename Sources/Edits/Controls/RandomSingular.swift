import LinearAlgebra
import Updates

extension ControlComponent {
  /// The same part for k random singular pairs of W₀ instead of the leading ones.
  func ofRandomSingularPairs() throws -> Matrix<Float> {
    let all = try split.subspace(.count(min(split.delta.rows, split.delta.columns)))
    var random = generator()
    let pairs = all.selecting(
      Self.sample(try rank(), from: all.rank, using: &random))
    switch component {
    case .maskPrincipal, .maskOffPrincipal, .maskSafe:
      let masks = EntryMasks(
        base: split.base, reconstruction: pairs.reconstructed(), share: split.options.maskAlpha)
      let mask =
        switch component {
        case .maskPrincipal: masks.principal
        case .maskOffPrincipal: !masks.principal
        default: masks.safe
        }
      return mask.applied(to: split.delta)
    default:
      return part(of: BlockSplit(delta: split.delta, subspace: pairs))
    }
  }

  /// Distinct numbers below a bound, ascending, every subset equally likely.
  private static func sample(
    _ count: Int, from bound: Int, using random: inout CounterRandom
  ) -> [Int] {
    let keys = (0..<bound).map { _ in random.next() }
    return (0..<bound).sorted { (keys[$0], $0) < (keys[$1], $1) }.prefix(count).sorted()
  }
}
