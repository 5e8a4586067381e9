import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Singular subspaces")
struct SingularSubspaceTests {
  static let shapes = [(1, 1), (1, 9), (9, 1), (30, 30), (24, 40), (40, 24)]

  static func gaussian(_ shape: (Int, Int), seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return .gaussian(rows: shape.0, columns: shape.1, using: &random)
  }

  static func expectOrthonormal(_ basis: Matrix<Double>, within tolerance: Double = 1e-12) {
    let defect = (basis.gram(.transposed) - .identity(basis.columns)).frobeniusNorm
    #expect(defect < tolerance * Double(basis.columns + 1))
  }

  @Test("Gram matrix and SVD find the same triplets, signs included", arguments: shapes)
  func methods(_ shape: (Int, Int)) throws {
    let w = Self.gaussian(shape)
    for rule in [RankRule.standard, .fraction(0.7), .count(1000), .energy(0.6)] {
      let fast = try SingularSubspace(of: w, rank: rule)
      let exact = try SingularSubspace(of: w, rank: rule, method: .svd)
      #expect(fast.rank == exact.rank)
      #expect((fast.u - exact.u).frobeniusNorm < 1e-9)
      #expect((fast.v - exact.v).frobeniusNorm < 1e-9)
      #expect(zip(fast.singularValues, exact.singularValues).allSatisfy { abs($0 - $1) < 1e-9 })
      Self.expectOrthonormal(fast.u, within: 1e-10)
      Self.expectOrthonormal(fast.v, within: 1e-10)
    }
  }

  @Test("a full-rank subspace rebuilds the matrix", arguments: shapes)
  func rebuilds(_ shape: (Int, Int)) throws {
    let w = Self.gaussian(shape)
    let all = try SingularSubspace(of: w, rank: .fraction(1))
    #expect((all.reconstructed() - w).frobeniusNorm < 1e-10 * (1 + w.frobeniusNorm))
    let single = try BaseSubspace(of: w.converted(), rank: .fraction(1))
    #expect((single.reconstructed() - w.converted()).frobeniusNorm < 1e-6 * (1 + w.frobeniusNorm))
  }

  @Test("bases stay orthonormal where the matrix has no such rank")
  func deficient() throws {
    let thin = Self.gaussian((20, 2)) * Self.gaussian((2, 30), seed: 2)
    for w in [thin, Matrix(rows: 6, columns: 4), Matrix(rows: 4, columns: 6)] {
      let subspace = try SingularSubspace(of: w, rank: .fraction(1))
      #expect(subspace.rank == min(w.rows, w.columns))
      Self.expectOrthonormal(subspace.u)
      Self.expectOrthonormal(subspace.v)
      #expect((subspace.reconstructed() - w).frobeniusNorm < 1e-12 * (1 + w.frobeniusNorm))
    }
  }

  @Test("a spectrum over four decades keeps bases orthonormal to Float precision")
  func steep() throws {
    let pairs = try Self.gaussian((30, 30)).svd()
    let values = (0..<30).map { 1e-4 * Foundation.pow(10, 4 * (1 - Double($0) / 29)) }
    let w = pairs.u.scaled(values) * pairs.vt
    let subspace = try SingularSubspace(of: w, rank: .count(28))
    Self.expectOrthonormal(subspace.u, within: 1e-7)
    Self.expectOrthonormal(subspace.v, within: 1e-7)
    for (found, expected) in zip(subspace.singularValues, values) {
      #expect(abs(found - expected) < 1e-7 * expected)
    }
  }

  @Test("a provider computes once, drops what is oldest, and names a broken tensor")
  func provider() throws {
    let w = Matrix<Float>.identity(8)
    let provider = SubspaceProvider(memoryLimit: 2 * 4 * 8 * 2)
    var reads = 0
    func ask(_ name: String) throws -> BaseSubspace {
      try provider.subspace(of: name, rank: .count(2)) {
        reads += 1
        return w
      }
    }
    let first = try ask("a")
    #expect(try ask("a") == first)
    #expect(reads == 1)
    _ = try ask("b")
    _ = try ask("a")
    #expect(reads == 3)
    #expect(throws: UpdateError.notFinite(tensor: "c", row: 0, column: 1)) {
      try provider.subspace(of: "c", rank: .standard) {
        Matrix(rows: 1, columns: 2, elements: [0, .infinity])
      }
    }
    #expect(throws: UpdateError.empty(tensor: "d")) {
      try provider.subspace(of: "d", rank: .standard) { Matrix(rows: 0, columns: 4) }
    }
  }

  @Test("threads that ask at once get one computation")
  func concurrent() throws {
    let w: Matrix<Float> = Self.gaussian((40, 40)).converted()
    let provider = SubspaceProvider()
    let found = try concurrentMap(16, threads: 4) { index in
      try provider.subspace(of: "w\(index % 2)", rank: .standard) { w }
    }
    #expect(found.allSatisfy { $0 == found[0] })
  }
}

extension Matrix {
  /// A·diag(s).
  func scaled(_ factors: [Scalar]) -> Matrix {
    Matrix(rows: rows, columns: columns) { self[$0, $1] * factors[$1] }
  }
}
