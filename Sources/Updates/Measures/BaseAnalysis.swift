import LinearAlgebra

/// What the measures need of W₀, computed once and used for an update and all its nulls.
struct BaseAnalysis: Sendable {
  let base: Matrix<Float>
  let options: MeasureOptions
  /// The k of the principal subspaces.
  let rank: Int
  /// The k of the reconstruction behind M_princ.
  let maskRank: Int
  /// W₀ in Double, kept for the measures of rotation.
  let matrix: Matrix<Double>?
  /// The decomposition of W₀; nil where no group needs it or W₀ is zero.
  let factors: SpectralFactors?
  /// ‖W₀‖_F.
  let norm: Double
  /// #{σ(W₀) > σ₁ · max(m, n) · 2⁻⁵²} among the known singular values.
  let algebraicRank: Int
  /// The k of the curve of energy shares.
  let curveRanks: [Int]
  /// The masks of W₀.
  let masks: EntryMasks?
  /// Whether σ_k and σ_{k+1} coincide, so that the subspaces at k are not unique.
  let isTied: Bool

  /// Shares of min(m, n) on the curve of energy shares.
  private static let curveShares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]

  /// Decomposes W₀ as far as the options need it.
  ///
  /// - Throws: ``DecompositionError``.
  init(of base: Matrix<Float>, options: MeasureOptions) throws {
    self.base = base
    self.options = options
    norm = base.frobeniusNorm
    let (m, n) = (base.rows, base.columns)
    let full = min(m, n)
    let fixedRank = options.rank.rank(rows: m, columns: n)
    let fixedMaskRank = options.maskRank.rank(rows: m, columns: n)
    let groups = options.groups
    guard norm > 0, !groups.isDisjoint(with: [.energy, .overlap, .rotation]) else {
      rank = fixedRank ?? full
      maskRank = fixedMaskRank ?? full
      (matrix, factors, algebraicRank, curveRanks, isTied) = (nil, nil, 0, [], false)
      masks =
        groups.contains(.overlap)
        ? EntryMasks(base: base, reconstruction: base, share: options.maskAlpha) : nil
      return
    }
    let double = base.converted(to: Double.self)
    let factors: SpectralFactors
    if groups.contains(.rotation) || fixedRank == nil || fixedMaskRank == nil {
      let curve = Int((Double(full) * (Self.curveShares.last ?? 0)).rounded())
      let widest = max(curve, 2 * (fixedRank ?? full), fixedMaskRank ?? full)
      factors = try SpectralFactors(of: double, .all(vectors: widest))
    } else {
      let widest = max(2 * (fixedRank ?? 0) + 1, fixedMaskRank ?? 0)
      factors = try SpectralFactors(of: double, .leading(widest))
    }
    let values = factors.singularValues
    let squares = values.map { $0 * $0 }
    let rank =
      fixedRank ?? options.rank.rank(squaredSingularValues: squares, rows: m, columns: n)
    self.rank = rank
    maskRank =
      fixedMaskRank ?? options.maskRank.rank(squaredSingularValues: squares, rows: m, columns: n)
    self.factors = factors
    matrix = groups.contains(.rotation) ? double : nil
    algebraicRank = values.count {
      !SpectralFactors.isNegligible($0, of: values, rows: m, columns: n)
    }
    let known = min(factors.left.rows, factors.right.rows, algebraicRank)
    let grid = Self.curveShares.map { max(1, Int((Double(full) * $0).rounded())) }
    curveRanks = Set(grid + Self.neighbors(of: rank, limit: full)).filter { $0 <= known }.sorted()
    isTied = rank < values.count && values[rank - 1] - values[rank] <= 1e-9 * values[0]
    masks =
      groups.contains(.overlap)
      ? EntryMasks(
        base: base, reconstruction: factors.reconstruction(rank: maskRank),
        share: options.maskAlpha) : nil
  }

  /// k/2, k and 2k, rounded half up and kept in 1…limit.
  static func neighbors(of rank: Int, limit: Int) -> [Int] {
    [max(1, (rank + 1) / 2), rank, min(2 * rank, limit)]
  }
}

extension SpectralFactors {
  /// W⁽ᵏ⁾ rounded to `Float`, computed in Double a block of rows at a time.
  fileprivate func reconstruction(rank: Int) -> Matrix<Float> {
    var weighted = right.rows(0..<rank)
    for row in 0..<rank { weighted.scaleRow(row, by: singularValues[row]) }
    let leading = left.rows(0..<rank)
    let height = 256
    var elements: [Float] = []
    elements.reserveCapacity(left.columns * right.columns)
    for start in stride(from: 0, to: left.columns, by: height) {
      let block = leading.columns(start..<min(start + height, left.columns))
      for element in block.multiplied(weighted, .transposed, .plain).elements {
        elements.append(Float(element))
      }
    }
    return Matrix(rows: left.columns, columns: right.columns, elements: elements)
  }
}
