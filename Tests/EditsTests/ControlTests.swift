import Checkpoints
import Edits
import LinearAlgebra
import Testing
import Updates

@Suite("Controls")
struct ControlTests {
  typealias Fixture = EditFixture

  static let components: [Component] = [
    .principal, .offPrincipal, .po, .op, .oo, .maskPrincipal, .maskOffPrincipal, .maskLow,
    .maskSafe, .head(2), .tail(2), .triplet(2), .all,
  ]

  /// The part of each update that an edit keeps, W − W₀ at λ = 1.
  static func parts(_ component: Component, _ control: Control?, seed: UInt64 = 1) throws
    -> [(delta: Matrix<Float>, part: Matrix<Float>)]
  {
    let pair = try Fixture.pair()
    let edit = Fixture.edit(.keep, component) {
      $0.control = control.map { Edit.ControlDraw(control: $0, seed: seed) }
    }
    let edited = try Fixture.tensors(edit, of: pair)
    return try edited.editedNames.map { name in
      (try pair.delta(name), try edited.matrix(name) - pair.base.source.matrix(name))
    }
  }

  static func cases(_ control: Control) -> [Component] {
    components.filter(control.isDefined)
  }

  @Test("a seed fixes a control, another seed changes it", arguments: Control.allCases)
  func seeds(_ control: Control) throws {
    for component in Self.cases(control) where component != .all || control == .spectrum {
      let first = try Self.parts(component, control)
      #expect(try Self.parts(component, control).map(\.part) == first.map(\.part))
      let other = try Self.parts(component, control, seed: 2)
      let differ = zip(first, other).contains { $0.part != $1.part }
      #expect(differ == control.isRandom, "\(component)")
    }
  }

  @Test("equal-energy controls have the component's norm", arguments: components)
  func energy(_ component: Component) throws {
    let expected = try Self.parts(component, nil)
    for control in [Control.randomEnergy, .spectrum, .shrinkKept] {
      for (found, expected) in zip(try Self.parts(component, control), expected) {
        #expect(
          abs(found.part.frobeniusNorm - expected.part.frobeniusNorm)
            < 2e-6 * (1 + expected.delta.frobeniusNorm), "\(control)")
      }
    }
  }

  @Test("random-energy is a block of the update, or the update without one")
  func energyBlock() throws {
    for component in Self.components where component != .all {
      for (delta, part) in try Self.parts(component, .randomEnergy) {
        let share = part.squaredFrobeniusNorm / delta.squaredFrobeniusNorm
        let block = share <= 0.5 ? part : delta - part
        // s·P_U′ΔP_V′ with s ≤ 1: ⟨Δ, B⟩ = ‖B‖²/s.
        let scale = block.squaredFrobeniusNorm / delta.innerProduct(block)
        #expect(scale > 0 && scale < 1 + 1e-5, "\(component)")
      }
    }
  }

  @Test("spectrum has the component's singular values")
  func spectrum() throws {
    for component in [Component.all, .principal, .maskLow] {
      let pairs = zip(try Self.parts(component, .spectrum), try Self.parts(component, nil))
      for (found, expected) in pairs {
        let (left, right) = (
          try found.part.singularValues(), try expected.part.singularValues()
        )
        #expect(zip(left, right).allSatisfy { abs($0 - $1) < 2e-6 })
        #expect((found.part - expected.part).frobeniusNorm > 0.5 * expected.part.frobeniusNorm)
      }
    }
  }

  @Test("shrinking scales the update by what is kept or taken")
  func shrinking() throws {
    for component in [Component.principal, .oo, .maskPrincipal] {
      let edits = zip(try Self.parts(component, nil), try Self.parts(component, .shrinkRemoved))
      for (edit, shrunk) in edits {
        let norm = edit.delta.frobeniusNorm
        let factor = 1 - (edit.delta - edit.part).frobeniusNorm / norm
        #expect(largestDifference(shrunk.part, Float(factor) * edit.delta) < 5e-7)
      }
      for (edit, shrunk) in zip(
        try Self.parts(component, nil), try Self.parts(component, .shrinkKept))
      {
        let factor = edit.part.frobeniusNorm / edit.delta.frobeniusNorm
        #expect(largestDifference(shrunk.part, Float(factor) * edit.delta) < 5e-7)
      }
    }
  }

  @Test("random subspaces keep rank and pythagoras, random masks keep the count")
  func subspaces() throws {
    for control in [Control.randomSubspace, .randomSingular] {
      for (delta, part) in try Self.parts(.principal, control) {
        let values = try part.singularValues()
        let rank = try #require(
          RankRule.fraction(0.25).rank(rows: delta.rows, columns: delta.columns))
        #expect(values.filter { $0 > 1e-5 * values[0] }.count == rank)
        let rest = (delta - part).squaredFrobeniusNorm
        let total = delta.squaredFrobeniusNorm
        #expect(abs(part.squaredFrobeniusNorm + rest - total) < 1e-5 * total)
      }
      let parts = try [Component.principal, .po, .op, .oo].map { try Self.parts($0, control) }
      for (index, (delta, _)) in parts[0].enumerated() {
        let sum = parts[1...].reduce(parts[0][index].part) { $0 + $1[index].part }
        #expect(largestDifference(sum, delta) < 1e-6)
      }
    }
    for component in [Component.maskPrincipal, .maskOffPrincipal, .maskLow, .maskSafe] {
      let pairs = zip(try Self.parts(component, .randomSubspace), try Self.parts(component, nil))
      for (found, expected) in pairs {
        let count = { (part: Matrix<Float>) in part.elements.filter { $0 != 0 }.count }
        // Entries whose update is zero in bf16 are not counted.
        #expect(abs(count(found.part) - count(expected.part)) <= 4)
      }
    }
  }
}
