/// What is measured of an update, and with which constants.
public struct MeasureOptions: Sendable, Hashable {
  /// The k of the principal subspaces.
  public var rank: RankRule
  /// The k of the reconstruction behind M_princ.
  public var maskRank: RankRule
  /// The share α of entries in a mask.
  public var maskAlpha: Double
  /// The measures that are taken.
  public var groups: Set<MeasureGroup>

  /// The η of the change mask, at which two bfloat16 files differ exactly where the mask says so.
  ///
  /// - Source: arXiv 2511.08567, Definition 2.1.
  public static let changeTolerance = 1e-3
  /// The η of the curve of sparsity.
  public static let toleranceCurve = [0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
  /// The absolute tolerance of arXiv 2505.11711.
  public static let absoluteTolerance = 1e-5
  /// The r of the rank-r shares.
  public static let shareRanks = [1, 2, 4, 8, 16, 32, 64]
  /// How many leading singular vectors of W₁ may be intruders.
  public static let intruderCount = 10
  /// The |cos| below which a singular vector is an intruder.
  public static let intruderThreshold = 0.5

  /// Creates options; the defaults are those of the command line.
  public init(
    rank: RankRule = .standard, maskRank: RankRule = .count(64), maskAlpha: Double = 0.5,
    groups: Set<MeasureGroup> = MeasureGroup.all
  ) {
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.groups = groups
  }
}
