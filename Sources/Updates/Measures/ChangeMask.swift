import LinearAlgebra

/// Which entries of a matrix an update changed.
struct ChangeMask: Sendable {
  /// The changed entries, |w₁ − w₀| > η max(|w₀|, |w₁|) at η = 10⁻³.
  let changed: EntryMask
  /// The shares of unchanged entries at each η of ``MeasureOptions/toleranceCurve``.
  let unchangedShares: [Double]
  /// The share of entries with |w₁ − w₀| ≤ 10⁻⁵.
  let unchangedAbsolutely: Double

  /// Compares W₀ with W₀ + ΔW entry by entry, in Double.
  ///
  /// - Source: arXiv 2511.08567, Definition 2.1.
  init(base: Matrix<Float>, delta: Matrix<Float>) {
    let tolerances = MeasureOptions.toleranceCurve
    let count = base.elements.count
    var kept = [Int](repeating: 0, count: tolerances.count)
    var keptAbsolutely = 0
    let members = [Bool](unsafeUninitializedCapacity: count) { members, initialized in
      base.elements.withUnsafeBufferPointer { base in
        delta.elements.withUnsafeBufferPointer { delta in
          for index in 0..<count {
            let before = Double(base[index])
            let step = Double(delta[index])
            let size = abs(step)
            let scale = max(abs(before), abs(before + step))
            for (slot, tolerance) in tolerances.enumerated() where size <= tolerance * scale {
              kept[slot] += 1
            }
            if size <= MeasureOptions.absoluteTolerance { keptAbsolutely += 1 }
            members[index] = size > MeasureOptions.changeTolerance * scale
          }
        }
      }
      initialized = count
    }
    changed = EntryMask(rows: base.rows, columns: base.columns, members: members)
    unchangedShares = kept.map { Double($0) / Double(count) }
    unchangedAbsolutely = Double(keptAbsolutely) / Double(count)
  }
}

extension EntryMask {
  /// The share of members in the matrix.
  var density: Double { Double(EntryCount.members(of: members)) / Double(members.count) }

  /// The share of members in each row.
  var rowDensities: [Double] {
    (0..<rows).map { row in
      let range = row * columns..<(row + 1) * columns
      return Double(EntryCount.members(of: members, in: range)) / Double(columns)
    }
  }

  /// The share of members in each column.
  var columnDensities: [Double] {
    var counts = [Int32](repeating: 0, count: columns)
    members.withUnsafeBufferPointer { members in
      counts.withUnsafeMutableBufferPointer { counts in
        for row in 0..<rows {
          let start = row * columns
          for column in 0..<columns { counts[column] &+= members[start + column] ? 1 : 0 }
        }
      }
    }
    return counts.map { Double($0) / Double(rows) }
  }
}

/// The share of unchanged entries at one tolerance.
public struct SparsityPoint: Sendable, Hashable, Codable {
  /// η: unchanged iff |w₁ − w₀| ≤ η max(|w₀|, |w₁|).
  public let eta: Double
  /// The share of unchanged entries.
  public let share: Double
}
