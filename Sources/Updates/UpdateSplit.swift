import LinearAlgebra

/// The parts of the update of one matrix.
///
///     let split = try UpdateSplit(
///       name: name, base: w0, delta: delta, options: SplitOptions(), subspaces: provider)
///     let principal = try split.component(.principal)       // [m, n]
///     let shares = try split.blocks().energies.shares
///
/// - Numerics: matrices in Float, energies in Double.
public struct UpdateSplit: Sendable {
  /// The name of the tensor.
  public let name: String
  /// W₀, shape [m, n].
  public let base: Matrix<Float>
  /// ΔW, shape [m, n].
  public let delta: Matrix<Float>
  /// Ranks and mask share.
  public let options: SplitOptions
  private let subspaces: SubspaceProvider

  /// Prepares the split; nothing is decomposed yet.
  ///
  /// - Throws: ``UpdateError`` if sizes differ, there are no elements, or one is not finite.
  public init(
    name: String, base: Matrix<Float>, delta: Matrix<Float>, options: SplitOptions,
    subspaces: SubspaceProvider
  ) throws {
    guard base.rows == delta.rows, base.columns == delta.columns else {
      throw UpdateError.sizeMismatch(
        tensor: name, base: [base.rows, base.columns], update: [delta.rows, delta.columns])
    }
    try UpdateError.naming(name) {
      try base.requireFinite()
      try delta.requireFinite()
    }
    self.name = name
    self.base = try base.requiringElements(name)
    self.delta = delta
    self.options = options
    self.subspaces = subspaces
  }

  /// The principal subspaces of W₀.
  ///
  /// - Throws: ``UpdateError``.
  public func subspace(_ rule: RankRule? = nil) throws -> BaseSubspace {
    try subspaces.subspace(of: name, rank: rule ?? options.rank) { base }
  }

  /// The four blocks at the rank of the options.
  ///
  /// - Throws: ``UpdateError``.
  public func blocks() throws -> BlockSplit<Float> {
    BlockSplit(delta: delta, subspace: try subspace())
  }

  /// The masks of W₀.
  ///
  /// - Throws: ``UpdateError``.
  public func masks() throws -> EntryMasks {
    EntryMasks(
      base: base, reconstruction: try subspace(options.maskRank).reconstructed(),
      share: options.maskAlpha)
  }

  /// A component of ΔW, shape [m, n].
  ///
  /// `all` and `rest` are ΔW: they differ in the tensors that they cover.
  ///
  /// - Throws: ``UpdateError``.
  public func component(_ component: Component) throws -> Matrix<Float> {
    switch component {
    case .principal: try blocks().pp
    case .offPrincipal: try blocks().offPrincipal
    case .po: try blocks().po
    case .op: try blocks().op
    case .oo: try blocks().oo
    case .maskPrincipal: try masks().principal.applied(to: delta)
    case .maskOffPrincipal: try (!masks().principal).applied(to: delta)
    case .maskLow: EntryMask.smallest(options.maskAlpha, of: base).applied(to: delta)
    case .maskSafe: try masks().safe.applied(to: delta)
    case .head(let rank): try spectralPart(0..<rank)
    case .tail(let rank): try delta - spectralPart(0..<rank)
    case .triplet(let index): try spectralPart(index - 1..<index)
    case .all, .rest: delta
    }
  }

  /// Σ σ_i u_i v_iᵀ over some singular triplets of ΔW, as the projection u_i u_iᵀ ΔW.
  private func spectralPart(_ range: Range<Int>) throws -> Matrix<Float> {
    let count = min(delta.rows, delta.columns)
    guard range.lowerBound < count else {
      throw UpdateError.noSuchTriplet(tensor: name, index: range.lowerBound + 1, count: count)
    }
    guard range != 0..<range.upperBound || range.upperBound < count else { return delta }
    let leading = try UpdateError.naming(name) {
      try BaseSubspace(of: delta, rank: .count(range.upperBound))
    }
    let u = leading.u.columns(range)
    return u * u.multiplied(delta, .transposed, .plain)
  }
}

extension Matrix {
  /// This matrix, if it has elements.
  func requiringElements(_ tensor: String) throws -> Matrix {
    if isEmpty { throw UpdateError.empty(tensor: tensor) }
    return self
  }
}
