import LinearAlgebra
import Testing
import Updates

@Suite("Update splits")
struct UpdateSplitTests {
  static let shapes = [(1, 1), (1, 12), (12, 1), (24, 24), (20, 33), (33, 20)]
  static let blocks: [Component] = [.principal, .po, .op, .oo]
  static let components: [Component] =
    blocks + [
      .offPrincipal, .maskPrincipal, .maskOffPrincipal, .maskLow, .maskSafe, .head(2), .tail(2),
      .triplet(1), .all,
    ]

  static func gaussian(_ shape: (Int, Int), seed: UInt64) -> Matrix<Float> {
    var random = CounterRandom(seed: seed)
    return .gaussian(rows: shape.0, columns: shape.1, using: &random)
  }

  static func split(
    _ shape: (Int, Int), base: Matrix<Float>? = nil, delta: Matrix<Float>? = nil,
    _ options: SplitOptions = SplitOptions(rank: .fraction(0.25), maskRank: .count(3))
  ) throws -> UpdateSplit {
    try UpdateSplit(
      name: "w", base: base ?? gaussian(shape, seed: 1), delta: delta ?? gaussian(shape, seed: 2),
      options: options, subspaces: SubspaceProvider())
  }

  static func sum(_ parts: [Matrix<Float>]) -> Matrix<Float> {
    parts.dropFirst().reduce(parts[0], +)
  }

  @Test("parts that divide the update add up to it, and so do their energies", arguments: shapes)
  func additivity(_ shape: (Int, Int)) throws {
    let split = try Self.split(shape)
    let norm = split.delta.frobeniusNorm
    for parts: [Component] in [
      Self.blocks, [.principal, .offPrincipal], [.maskPrincipal, .maskOffPrincipal],
      [.head(2), .tail(2)],
    ] {
      let matrices = try parts.map(split.component)
      #expect((Self.sum(matrices) - split.delta).frobeniusNorm < 1e-6 * norm)
      let energy = matrices.reduce(0) { $0 + $1.squaredFrobeniusNorm }
      #expect(abs(energy / (norm * norm) - 1) < 1e-5)
    }
  }

  @Test("block energies are those of the blocks and add up to ‖ΔW‖²", arguments: shapes)
  func energies(_ shape: (Int, Int)) throws {
    let split = try Self.split(shape)
    let energies = try split.blocks().energies
    let squaredNorm = split.delta.squaredFrobeniusNorm
    let direct = try Self.blocks.map { try split.component($0).squaredFrobeniusNorm }
    for (found, expected) in zip([energies.pp, energies.po, energies.op, energies.oo], direct) {
      #expect(abs(found - expected) < 1e-6 * squaredNorm)
    }
    #expect(abs(energies.total / squaredNorm - 1) < 1e-6)
  }

  @Test("taking a component of a component changes nothing more", arguments: shapes)
  func idempotence(_ shape: (Int, Int)) throws {
    let split = try Self.split(shape)
    for component in Self.components where component != .triplet(1) || min(shape.0, shape.1) > 1 {
      let once = try split.component(component)
      guard once.frobeniusNorm > 1e-5 else { continue }
      if case .tail = component { continue }
      let twice = try Self.split(shape, delta: once).component(component)
      #expect((twice - once).frobeniusNorm < 2e-6 * split.delta.frobeniusNorm, "\(component)")
    }
  }

  @Test("rank:1 is triplet:1, and a rank the update does not reach is all of it")
  func spectrum() throws {
    let split = try Self.split((20, 33))
    let (head, triplet) = (try split.component(.head(1)), try split.component(.triplet(1)))
    #expect((head - triplet).frobeniusNorm < 1e-6)
    #expect(try split.component(.head(20)) == split.delta)
    #expect(try split.component(.tail(50)).frobeniusNorm == 0)
    #expect(throws: UpdateError.noSuchTriplet(tensor: "w", index: 21, count: 20)) {
      try split.component(.triplet(21))
    }
  }

  @Test("with every direction principal nothing else is left", arguments: [(9, 9), (1, 7)])
  func fullRank(_ shape: (Int, Int)) throws {
    let split = try Self.split(shape, SplitOptions(rank: .count(1000)))
    let shares = try #require(try split.blocks().energies.shares)
    #expect(shares.op < 1e-6 && shares.oo < 1e-6)
    if shape.0 == shape.1 { #expect(shares.pp > 1 - 1e-6) }
  }

  @Test("a zero update has zero parts and no shares; a zero base still splits")
  func zeros() throws {
    let zero = Matrix<Float>(rows: 10, columns: 14)
    let still = try Self.split((10, 14), delta: zero)
    for component in Self.components {
      #expect(try still.component(component).elements.allSatisfy { $0 == 0 })
    }
    #expect(try still.blocks().energies.shares == nil)
    let fresh = try Self.split((10, 14), base: zero)
    let parts = try Self.blocks.map(fresh.component)
    #expect((Self.sum(parts) - fresh.delta).frobeniusNorm < 1e-5)
  }

  @Test("what cannot be split is refused by name")
  func refused() throws {
    var broken = Self.gaussian((3, 4), seed: 1)
    broken[2, 1] = .nan
    let error = UpdateError.notFinite(tensor: "w", row: 2, column: 1)
    #expect(throws: error) { try Self.split((3, 4), base: broken) }
    #expect(throws: error) { try Self.split((3, 4), delta: broken) }
    #expect(throws: UpdateError.sizeMismatch(tensor: "w", base: [3, 4], update: [4, 3])) {
      try Self.split((3, 4), delta: Self.gaussian((4, 3), seed: 2))
    }
    #expect(throws: UpdateError.empty(tensor: "w")) { try Self.split((0, 4)) }
  }
}
