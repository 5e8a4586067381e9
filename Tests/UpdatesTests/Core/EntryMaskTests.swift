import LinearAlgebra
import Testing
import Updates

@Suite("Entry masks")
struct EntryMaskTests {
  /// The plain twin: sorts by magnitude, earlier entries first among equals.
  static func sorted(_ share: Double, of matrix: Matrix<Float>, largest: Bool) -> Set<Int> {
    let count = Int((share * Double(matrix.elements.count) + 0.5).rounded(.down))
    let keys = matrix.elements.map { largest ? -$0.magnitude : $0.magnitude }
    return Set(keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.prefix(count))
  }

  @Test("masks hold what sorting finds, ties in storage order", arguments: [0, 0.1, 0.5, 0.77, 1])
  func sorting(_ share: Double) {
    var random = CounterRandom(seed: 3)
    let smooth = Matrix<Float>.gaussian(rows: 23, columns: 17, using: &random)
    // Few distinct magnitudes, zeros of both signs, and values that share their upper 16 bits.
    let tied = Matrix<Float>(rows: 23, columns: 17) { row, column in
      [0, -0.0, 1, -1, 1.000001, 1.0000001, 1e-42, 7][(row * 5 + column * 3) % 8]
    }
    for matrix in [smooth, tied] {
      for (mask, largest) in [
        (EntryMask.largest(share, of: matrix), true),
        (EntryMask.smallest(share, of: matrix), false),
      ] {
        let members = Set(mask.members.indices.filter { mask.members[$0] })
        #expect(members == Self.sorted(share, of: matrix, largest: largest))
        #expect(mask.count == members.count)
      }
    }
  }

  @Test("set operations and application work entry by entry")
  func algebra() {
    let a = EntryMask(rows: 1, columns: 4, members: [true, true, false, false])
    let b = EntryMask(rows: 1, columns: 4, members: [true, false, true, false])
    #expect((a & b).members == [true, false, false, false])
    #expect((a | b).members == [true, true, true, false])
    #expect((!a).members == [false, false, true, true])
    let row = Matrix<Float>(rows: 1, columns: 4, elements: [1, 2, 3, 4])
    #expect(a.applied(to: row).elements == [1, 2, 0, 0])
  }
}
