import LinearAlgebra

/// The updates of one matrix by several runs.
public struct MatrixComparison: Sendable, Hashable, Codable {
  /// The runs, in the order in which they were given.
  public let runs: [String]
  /// The measures of each run.
  public let measures: [MatrixMeasures]
  /// The smallest ‖ΔW‖_F of the runs that changed the matrix.
  public internal(set) var matchedNorm: Double?
  /// Sizes and rotations of each run's update rescaled to ``matchedNorm``; nil for a zero update.
  ///
  /// Angles and NSS grow with the size of an update, so only these compare directions.
  public internal(set) var matchedMeasures: [MatrixMeasures?] = []
  /// How many runs changed the same entries.
  public internal(set) var consensus: Consensus?
  /// Every pair of runs.
  public internal(set) var pairs: [PairComparison] = []

  init(measures: [MatrixMeasures], runs: [String]) {
    self.measures = measures
    self.runs = runs
  }

  enum CodingKeys: String, CodingKey {
    case runs, measures, consensus, pairs
    case matchedNorm = "matched_norm"
    case matchedMeasures = "matched_measures"
  }
}

/// How many of several runs changed an entry.
public struct Consensus: Sendable, Hashable, Codable {
  /// The share of entries that 0, 1, …, R runs changed.
  public let shares: [Double]
  /// The mean share of runs that changed an entry, for each row.
  public let rows: [Double]
  /// The mean share of runs that changed an entry, for each column.
  public let columns: [Double]

  /// The entries that all runs changed over those that any changed; nil where none did.
  public var ratio: Double? {
    let touched = shares.dropFirst().reduce(0, +)
    guard let all = shares.last, shares.count > 1, touched > 0 else { return nil }
    return all / touched
  }

  init?(of masks: [EntryMask]) {
    guard let first = masks.first else { return nil }
    var votes = [UInt16](repeating: 0, count: first.members.count)
    for mask in masks {
      for (index, member) in mask.members.enumerated() where member { votes[index] += 1 }
    }
    var counts = [Int](repeating: 0, count: masks.count + 1)
    for vote in votes { counts[Int(vote)] += 1 }
    shares = counts.map { Double($0) / Double(votes.count) }
    let runs = Double(masks.count)
    func mean(_ densities: [[Double]]) -> [Double] {
      (densities.first ?? []).indices.map { index in
        densities.reduce(0) { $0 + $1[index] } / runs
      }
    }
    rows = mean(masks.map(\.rowDensities))
    columns = mean(masks.map(\.columnDensities))
  }
}

/// Two runs' updates of one matrix.
public struct PairComparison: Sendable, Hashable, Codable {
  /// The overlap of the k leading singular subspaces of two updates, ‖A_kᵀB_k‖²_F/k.
  public struct Overlap: Sendable, Hashable, Codable {
    /// k.
    public let rank: Int
    /// Of the left subspaces.
    public let left: Double
    /// Of the right subspaces.
    public let right: Double
    /// The mean for random subspaces, k/m.
    public let leftExpected: Double
    /// The mean for random subspaces, k/n.
    public let rightExpected: Double
    /// Against two independent matched updates.
    public internal(set) var leftNull: NullComparison?
    /// Against two independent matched updates.
    public internal(set) var rightNull: NullComparison?

    enum CodingKeys: String, CodingKey {
      case rank, left, right
      case leftExpected = "left_expected"
      case rightExpected = "right_expected"
      case leftNull = "left_null"
      case rightNull = "right_null"
    }
  }

  /// The first run.
  public let first: String
  /// The second run.
  public let second: String
  /// Entries that both changed.
  public let intersection: Int
  /// Entries that either changed.
  public let union: Int
  /// Intersection over union of the change masks; nil where neither changed anything.
  public let jaccard: Double?
  /// The Jaccard index of independent masks of these densities, pq/(p + q − pq).
  public let jaccardExpected: Double?
  /// ⟨ΔW₁, ΔW₂⟩/(‖ΔW₁‖‖ΔW₂‖); nil where one is zero.
  public let cosine: Double?
  /// Overlaps over k, up to the smaller rank of the updates.
  public internal(set) var overlaps: [Overlap]
  /// The null of the comparisons; nil without draws.
  public internal(set) var null: UpdateNull?
  /// The Jaccard index of two independent matched updates.
  public internal(set) var jaccardNull: NullComparison?
  /// The cosine of two independent matched updates.
  public internal(set) var cosineNull: NullComparison?

  enum CodingKeys: String, CodingKey {
    case first, second, intersection, union, jaccard, cosine, overlaps, null
    case jaccardExpected = "jaccard_expected"
    case jaccardNull = "jaccard_null"
    case cosineNull = "cosine_null"
  }

  init(_ one: (run: String, profile: UpdateProfile), _ two: (run: String, profile: UpdateProfile)) {
    let (a, b) = (one.profile, two.profile)
    (first, second) = (one.run, two.run)
    intersection = EntryCount.common(a.changed.members, b.changed.members)
    let counts = (
      EntryCount.members(of: a.changed.members), EntryCount.members(of: b.changed.members)
    )
    union = counts.0 + counts.1 - intersection
    jaccard = union > 0 ? Double(intersection) / Double(union) : nil
    let (p, q) = (a.changed.density, b.changed.density)
    jaccardExpected = union > 0 ? p * q / (p + q - p * q) : nil
    cosine =
      a.norm > 0 && b.norm > 0 ? a.delta.innerProduct(b.delta) / (a.norm * b.norm) : nil
    let limit = min(a.left.rows, b.left.rows)
    overlaps = UpdateComparator.overlapRanks.filter { $0 <= limit }.map { rank in
      func overlap(_ first: Matrix<Double>, _ second: Matrix<Double>) -> Double {
        first.rows(0..<rank).multiplied(second.rows(0..<rank), .plain, .transposed)
          .squaredFrobeniusNorm / Double(rank)
      }
      return Overlap(
        rank: rank, left: overlap(a.left, b.left), right: overlap(a.right, b.right),
        leftExpected: Double(rank) / Double(a.left.columns),
        rightExpected: Double(rank) / Double(a.right.columns))
    }
  }
}
