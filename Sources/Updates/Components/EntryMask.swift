import LinearAlgebra

/// A set of entries of a matrix.
public struct EntryMask: Sendable, Hashable {
  /// Number of rows of the matrix.
  public let rows: Int
  /// Number of columns of the matrix.
  public let columns: Int
  /// Whether an entry belongs to the set, row after row.
  public let members: [Bool]

  /// Creates a mask.
  ///
  /// - Precondition: `members.count == rows * columns`.
  public init(rows: Int, columns: Int, members: [Bool]) {
    precondition(members.count == rows * columns)
    (self.rows, self.columns, self.members) = (rows, columns, members)
  }

  /// The share α of entries with the largest magnitudes: round half up(α · mn) of them.
  ///
  /// Equal magnitudes are taken in storage order.
  public static func largest(_ share: Double, of matrix: Matrix<Float>) -> EntryMask {
    let count = matrix.elements.count
    let inside = roundedShare(share, of: count)
    return !selection(ofSmallest: count - inside, in: matrix, lastTiesFirst: true)
  }

  /// The share α of entries with the smallest magnitudes: round half up(α · mn) of them.
  ///
  /// Equal magnitudes are taken in storage order.
  public static func smallest(_ share: Double, of matrix: Matrix<Float>) -> EntryMask {
    smallest(count: roundedShare(share, of: matrix.elements.count), of: matrix)
  }

  /// A number of entries with the smallest magnitudes, equal ones in storage order.
  package static func smallest(count: Int, of matrix: Matrix<Float>) -> EntryMask {
    selection(ofSmallest: count, in: matrix, lastTiesFirst: false)
  }

  /// Number of entries in the set.
  public var count: Int { members.reduce(0) { $0 + ($1 ? 1 : 0) } }

  /// The entries outside the set.
  public static prefix func ! (mask: EntryMask) -> EntryMask {
    EntryMask(rows: mask.rows, columns: mask.columns, members: mask.members.map { !$0 })
  }

  /// The entries in both sets.
  public static func & (left: EntryMask, right: EntryMask) -> EntryMask {
    left.combined(with: right) { $0 && $1 }
  }

  /// The entries in either set.
  public static func | (left: EntryMask, right: EntryMask) -> EntryMask {
    left.combined(with: right) { $0 || $1 }
  }

  /// The matrix with zeros outside the set.
  ///
  /// - Precondition: equal sizes.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func applied<Scalar>(to matrix: Matrix<Scalar>) -> Matrix<Scalar> {
    precondition(rows == matrix.rows && columns == matrix.columns)
    var result = matrix
    for index in members.indices where !members[index] { result.elements[index] = 0 }
    return result
  }

  private func combined(with other: EntryMask, _ rule: (Bool, Bool) -> Bool) -> EntryMask {
    precondition(rows == other.rows && columns == other.columns)
    return EntryMask(
      rows: rows, columns: columns, members: zip(members, other.members).map { rule($0, $1) })
  }

  private static func roundedShare(_ share: Double, of count: Int) -> Int {
    min(max(Int((share * Double(count)).rounded(.toNearestOrAwayFromZero)), 0), count)
  }

  /// The `wanted` entries of smallest magnitude.
  ///
  /// Magnitudes of floats order as their bit patterns do, so the boundary is found by counting the
  /// upper and then the lower halves of the patterns: two passes, no sort.
  private static func selection(
    ofSmallest wanted: Int, in matrix: Matrix<Float>, lastTiesFirst: Bool
  ) -> EntryMask {
    let patterns = matrix.elements.map { $0.magnitude.bitPattern }
    var (below, upper) = bucket(of: wanted, in: patterns) { Int($0 >> 16) }
    let tied = patterns.filter { Int($0 >> 16) == upper }
    let (belowLower, lower) = bucket(of: wanted - below, in: tied) { Int($0 & 0xFFFF) }
    below += belowLower
    let boundary = UInt32(upper) << 16 | UInt32(lower)
    var members = patterns.map { $0 < boundary }
    var missing = wanted - below
    let order = lastTiesFirst ? Array(patterns.indices.reversed()) : Array(patterns.indices)
    for index in order where missing > 0 && patterns[index] == boundary {
      members[index] = true
      missing -= 1
    }
    return EntryMask(rows: matrix.rows, columns: matrix.columns, members: members)
  }

  /// The bucket that the `wanted`-th smallest pattern falls into, and how many lie below it.
  private static func bucket(
    of wanted: Int, in patterns: [UInt32], _ half: (UInt32) -> Int
  ) -> (below: Int, bucket: Int) {
    var counts = [Int](repeating: 0, count: 1 << 16)
    for pattern in patterns { counts[half(pattern)] += 1 }
    var below = 0
    for (bucket, count) in counts.enumerated() {
      if below + count >= wanted { return (below, bucket) }
      below += count
    }
    return (below, counts.count - 1)
  }
}
