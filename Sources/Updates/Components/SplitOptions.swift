/// The numbers that the components of an update depend on.
public struct SplitOptions: Sendable, Hashable {
  /// The k of the principal subspaces.
  public var rank: RankRule
  /// The k of the masks' reconstruction W₀⁽ᵏ⁾.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double

  /// Creates options; the defaults are those of the command line.
  public init(
    rank: RankRule = .standard, maskRank: RankRule = .count(64), maskAlpha: Double = 0.5
  ) {
    (self.rank, self.maskRank, self.maskAlpha) = (rank, maskRank, maskAlpha)
  }
}
