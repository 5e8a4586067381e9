import LinearAlgebra
import Probes
import Statistics
import Testing

@Suite("Probes across models")
struct ProbeTransferTests {
  private let property = SyntheticProperty()

  private func transfer(
    to activations: Matrix<Float>, from base: Matrix<Float>? = nil
  ) throws -> ProbeTransfer {
    let study = try ProbeStudy(try property.set(), options: SyntheticProperty.options)
    let reference = try study.train([("site", base ?? property.activations())])
    return try study.transfer(reference, to: [("site", activations)])[0]
  }

  @Test("The same activations keep the property, difference 0")
  func same() throws {
    let found = try transfer(to: property.activations())
    #expect(found.verdict == .kept)
    #expect(found.transferLoss.estimate.mean == 0 && found.transferLoss.pValue == 1)
    #expect(found.transferLoss.mcNemarP == 1)
    #expect(abs(found.cosine - 1) < 1e-12)
    #expect(found.transferredSkill == 1)
  }

  @Test("A property planted along another direction has moved")
  func moved() throws {
    var other = SyntheticProperty()
    other.seed = 99
    let found = try transfer(to: property.activations(along: other.direction))
    #expect(found.verdict == .moved)
    #expect(found.gap.estimate.interval.low > 0)
    #expect((found.transferLoss.mcNemarP ?? 1) < 1e-6)
    #expect(abs(found.cosine) < 0.6)
  }

  @Test("A property that is gone is lost")
  func lost() throws {
    var gone = SyntheticProperty()
    gone.strength = 0
    let found = try transfer(to: gone.activations())
    #expect(found.verdict == .lost)
    #expect(found.retrainedLoss.estimate.interval.low > 0)
    #expect((found.retrainedSkill ?? 1) < 0.5)
  }

  @Test("Where the reference holds nothing there is nothing to follow")
  func absent() throws {
    var nothing = SyntheticProperty()
    nothing.strength = 0
    let found = try transfer(to: property.activations(), from: nothing.activations())
    #expect(found.verdict == .absent)
    #expect(found.transferredSkill == nil)
  }
}
