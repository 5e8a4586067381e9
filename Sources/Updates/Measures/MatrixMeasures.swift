import Checkpoints
import LinearAlgebra

/// The measures of the update of one matrix; a row of the table and an object in JSON.
///
/// Norms are Frobenius unless the name says spectral; shares are of squared norms. What cannot be
/// defined is nil, JSON null, with the reason in ``undefined``.
public struct MatrixMeasures: Sendable, Hashable {
  /// The name of the tensor.
  public let name: String
  /// Its block, or nil outside the blocks.
  public let layer: Int?
  /// What kind of matrix it is.
  public let module: String
  /// Number of rows, m.
  public let rows: Int
  /// Number of columns, n.
  public let columns: Int
  /// The element type of the base as stored.
  public let baseType: String
  /// The element type of the tuned matrix as stored.
  public let tunedType: String
  /// How attention heads divide the matrix.
  public let heads: HeadLayout?

  /// The k of the principal subspaces.
  public internal(set) var rank = 0
  /// The k of the reconstruction behind M_princ.
  public internal(set) var maskRank = 0
  /// The share α of entries in a mask.
  public internal(set) var maskAlpha = 0.0
  /// The numbers.
  public internal(set) var values: [Measure: Double] = [:]
  /// Why a measure that was asked for has no value.
  public internal(set) var undefined: [Measure: String] = [:]

  /// Energy shares that dimension counting expects at ``rank``.
  public internal(set) var energyExpected: BlockEnergies?
  /// Energy shares over k, k/2, k and 2k included.
  public internal(set) var energyCurve: [EnergyPoint] = []
  /// Whether the principal share lies above expectation at one of k/2, k, 2k and below at another.
  public internal(set) var isRankDependent: Bool?
  /// Shares of ΔW's leading singular triplets.
  public internal(set) var rankShares: [RankShare] = []
  /// Sparsity over η.
  public internal(set) var sparsityCurve: [SparsityPoint] = []
  /// Overlaps that a random set of entries has on average.
  public internal(set) var overlapExpected: MaskOverlap?
  /// Principal angles of U₀,k and U₁,k in degrees, non-decreasing.
  public internal(set) var anglesU: [Double] = []
  /// Principal angles of V₀,k and V₁,k in degrees, non-decreasing.
  public internal(set) var anglesV: [Double] = []
  /// Bounds of perturbation theory.
  public internal(set) var bounds: PerturbationBounds?
  /// The share of changed entries in each row.
  public internal(set) var rowDensities: [Double] = []
  /// The share of changed entries in each column.
  public internal(set) var columnDensities: [Double] = []
  /// What is technically defined and yet deserves a look.
  public internal(set) var warnings: [String] = []
  /// The measures against structureless updates.
  public internal(set) var nulls: [UpdateNull: NullResult] = [:]

  init(of update: MatrixUpdate) {
    name = update.name
    layer = update.layer
    module = update.module
    rows = update.base.rows
    columns = update.base.columns
    baseType = update.storage.base.rawValue
    tunedType = update.storage.tuned.rawValue
    heads = update.heads
  }

  /// A measure, or nil where it has no value.
  public subscript(_ measure: Measure) -> Double? { values[measure] }

  /// m · n.
  public var parameters: Int { rows * columns }

  /// Sets a measure, or the reason why it has no value.
  mutating func set(_ measure: Measure, _ value: Double?, else reason: @autoclosure () -> String) {
    if let value, value.isFinite {
      values[measure] = value
    } else {
      undefined[measure] = reason()
    }
  }

  /// Gives a group of measures one reason to have no value.
  mutating func leaveOut(_ group: MeasureGroup, because reason: String) {
    for measure in Measure.allCases where measure.group == group { undefined[measure] = reason }
  }
}
