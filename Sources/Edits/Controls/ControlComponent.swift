import LinearAlgebra
import Updates

/// What stands in for a component of one matrix under a control, a function of (matrix, seed).
struct ControlComponent {
  /// The update of the matrix.
  let split: UpdateSplit
  /// The component it stands in for.
  let component: Component
  /// The control and its seed.
  let draw: Edit.ControlDraw

  /// The stand-in, shape [m, n]; the component itself where only its size matters.
  ///
  /// - Throws: ``UpdateError`` or ``DecompositionError``.
  func matrix() throws -> Matrix<Float> {
    switch draw.control {
    case .randomSubspace: try inRandomSubspace()
    case .randomEnergy: try ofEqualEnergy()
    case .randomSingular: try ofRandomSingularPairs()
    case .spectrum: try ofEqualSpectrum()
    case .shrinkRemoved, .shrinkKept: try split.component(component)
    }
  }

  /// The stream of this matrix, the same for all components and ranks.
  func generator() -> CounterRandom {
    CounterRandom(seed: draw.seed, stream: "\(draw.control.rawValue)/\(split.name)")
  }

  /// The part of other subspaces that corresponds to the component.
  func part(of blocks: BlockSplit<Float>) -> Matrix<Float> {
    switch component {
    case .offPrincipal, .tail: blocks.offPrincipal
    case .po: blocks.po
    case .op: blocks.op
    case .oo: blocks.oo
    default: blocks.pp
    }
  }

  /// How many directions the component's own subspaces have.
  func rank() throws -> Int {
    let full = min(split.delta.rows, split.delta.columns)
    return switch component {
    case .head(let rank), .tail(let rank): min(rank, full)
    case .triplet: 1
    case .maskPrincipal, .maskOffPrincipal, .maskSafe:
      try split.subspace(split.options.maskRank).rank
    default: try split.subspace().rank
    }
  }
}
