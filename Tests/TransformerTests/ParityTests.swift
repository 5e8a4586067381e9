import Architecture
import Checkpoints
import LinearAlgebra
import Testing
import Transformer

/// Against `transformers` in float32 with eager attention: 5e-5 of the largest value, the bar that
/// TransformerLens publishes, at every position.
@Suite("Parity")
struct ParityTests {
  private let tolerance: Float = 5e-5

  @Test("Logits equal the reference's", arguments: ReferenceDecoder.names, [0, 1])
  func logits(name: String, sequence: Int) throws {
    let decoder = try ReferenceDecoder(name)
    let expected = try decoder.reference.matrix("logits/\(sequence)")
    let logits = try decoder.model.logits([decoder.ids(sequence)])[0]
    #expect(logits.rows == expected.rows && logits.columns == expected.columns)
    #expect(relativeError(logits.elements, expected.elements) <= tolerance)
  }

  @Test("Activations equal the reference's at every site", arguments: ReferenceDecoder.names)
  func activations(name: String) throws {
    let decoder = try ReferenceDecoder(name)
    let sites = try decoder.sites()
    let layers = decoder.checkpoint.specification.layerCount
    let known = Site.Point.allCases.reduce(0) { $0 + ($1.isInBlock ? layers : 1) }
    #expect(sites.count == known)
    let found = try decoder.model.activations([decoder.ids(0)], at: sites)[0]
    for site in sites {
      let expected = try decoder.reference.matrix(site.name).elements
      let activations = try #require(found[site])
      #expect(activations.shape == decoder.reference.info(site.name)?.shape)
      #expect(
        relativeError(activations.elements, expected) <= tolerance, "\(name) \(site.name)")
    }
  }

  @Test(
    "Greedy continuations equal the reference's",
    arguments: ReferenceDecoder.names.filter { $0 != "llama-dynamic" })
  func greedy(name: String) throws {
    let decoder = try ReferenceDecoder(name)
    let expected = try decoder.reference.vector("greedy").map(Int.init)
    let generated = try decoder.model.generate([
      TokenGenerationRequest(context: decoder.ids(0), maxTokens: expected.count)
    ])
    #expect(generated == [expected])
  }
}
