import Architecture
import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformer

@Suite("Replacement")
struct ReplacementTests {
  private func model() throws -> DecoderModel {
    let directory = try TemporaryDirectory()
    try TinyDecoder("llama").write(seed: 2, to: directory.url)
    return DecoderModel(try ModelCheckpoint.open(directory.url))
  }

  private let clean = randomTokens(17, vocabulary: 64, seed: 1)
  private let corrupt = randomTokens(17, vocabulary: 64, seed: 2)

  /// Sites that, replaced at every position, determine all that follows.
  @Test(
    "A text patched with another's residual stream continues as that other",
    arguments: [
      Site(.embedding), Site(.residualPre, layer: 0), Site(.residualMid, layer: 1),
      Site(.residualPost, layer: 0), Site(.residualPost, layer: 1),
    ])
  func patching(site: Site) throws {
    let model = try model()
    let donor = try #require(model.activations([clean], at: [site])[0][site])
    let patched = try model.logits(
      [corrupt], observer: SiteReplacement([site: { $0.overwrite(donor.elements) }]))
    #expect(try patched == model.logits([clean]))
  }

  @Test(
    "Replacing a part of a block changes logits, and by its own values does not",
    arguments: Site.Point.allCases)
  func everySite(point: Site.Point) throws {
    let model = try model()
    let site = Site(point, layer: point.isInBlock ? 1 : nil)
    let expected = try model.logits([clean])
    let own = try #require(model.activations([clean], at: [site])[0][site])
    let donor = try #require(model.activations([corrupt], at: [site])[0][site])
    #expect(own.shape == donor.shape)
    let same = SiteReplacement([site: { $0.overwrite(own.elements) }])
    let other = SiteReplacement([site: { $0.overwrite(donor.elements) }])
    #expect(try model.logits([clean], observer: same) == expected)
    #expect(try model.logits([clean], observer: other) != expected)
  }
}

extension SiteActivations {
  fileprivate func overwrite(_ values: [Float]) {
    _ = elements.update(fromContentsOf: values)
  }
}
