import LinearAlgebra
import Testing

@Suite("Decompositions")
struct DecompositionTests {
  static let shapes = [(1, 1), (1, 7), (7, 1), (16, 17), (17, 16), (40, 12), (12, 40)]

  static func gaussian(_ shape: (Int, Int), seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return .gaussian(rows: shape.0, columns: shape.1, using: &random)
  }

  @Test("SVD rebuilds the matrix, ordered, with orthonormal factors", arguments: shapes)
  func svd(_ shape: (Int, Int)) throws {
    let a = Self.gaussian(shape)
    let d = try a.svd()
    let k = min(a.rows, a.columns)
    #expect((d.reconstructed() - a).frobeniusNorm <= 1e-13 * Double(k) * (1 + a.frobeniusNorm))
    #expect((d.u.gram(.transposed) - .identity(k)).frobeniusNorm < 1e-13 * Double(k + 1))
    #expect((d.vt.gram() - .identity(k)).frobeniusNorm < 1e-13 * Double(k + 1))
    #expect(zip(d.singularValues, d.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
    let alone = try a.singularValues()
    #expect(zip(alone, d.singularValues).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("leading eigenpairs of a Gram matrix are squared singular values", arguments: shapes)
  func leadingEigen(_ shape: (Int, Int)) throws {
    let a = Self.gaussian(shape)
    let singular = try a.svd()
    let count = (min(a.rows, a.columns) + 1) / 2
    let leading = try a.gram().leadingEigen(count)
    let full = try a.gram().symmetricEigen()
    for index in 0..<count {
      let square = singular.singularValues[index] * singular.singularValues[index]
      #expect(abs(leading.values[index] - square) < 1e-11 * (1 + square))
      #expect(abs(full.values[index] - square) < 1e-11 * (1 + square))
      let cosine = leading.vectors.rows(index..<index + 1) * singular.u.columns(index..<index + 1)
      #expect(abs(abs(cosine[0, 0]) - 1) < 1e-9)
    }
  }

  @Test("the first non-finite entry is named")
  func notFinite() {
    var a = Self.gaussian((3, 4))
    a[2, 1] = .nan
    #expect(throws: DecompositionError.notFinite(row: 2, column: 1)) { try a.svd() }
  }

  @Test("Haar samples have orthonormal columns and differ between seeds")
  func haar() throws {
    var first = CounterRandom(seed: 1)
    var second = CounterRandom(seed: 2)
    let q = try Matrix<Double>.haarOrthonormal(rows: 30, columns: 5, using: &first)
    let p = try Matrix<Double>.haarOrthonormal(rows: 30, columns: 5, using: &second)
    #expect((q.gram(.transposed) - .identity(5)).frobeniusNorm < 1e-13)
    #expect((q - p).frobeniusNorm > 0.1)
  }

  @Test("a symmetric solve satisfies the equation")
  func solve() throws {
    let a = Self.gaussian((20, 8)).gram(.transposed)
    let b = Self.gaussian((8, 3), seed: 5)
    let x = try a.solvedSymmetric(b)
    #expect((a * x - b).frobeniusNorm < 1e-10)
    #expect(throws: DecompositionError.notPositiveDefinite(order: 1)) {
      try (-1.0 * a).solvedSymmetric(b)
    }
  }
}
