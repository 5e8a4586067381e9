import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Probes
import Testing
import Tokenization
import Transformer

/// Hidden states of transformers at probe positions, written by tools/fixtures/probes.py.
@Suite("Activation capture")
struct ActivationCaptureTests {
  private struct Reference: Decodable {
    struct Item: Decodable {
      let text: String
      let position: Position
      let token: Int
      let states: [String: [Float]]
    }

    struct Position: Decodable {
      let value: ProbeItem.Position

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let span = try? container.decode([Int].self) {
          value = .span(span[0]..<span[1])
        } else {
          value = .last
        }
      }
    }

    let items: [Item]
  }

  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures")
  private static let model = fixtures.appending(path: "evaluation/model")

  private func load() throws -> (reference: Reference, items: [ProbeItem], model: DecoderModel) {
    let data = try Data(contentsOf: Self.fixtures.appending(path: "probes/capture.json"))
    let reference = try JSONDecoder().decode(Reference.self, from: data)
    let items = reference.items.enumerated().map { index, item in
      ProbeItem(
        id: "\(index)", text: item.text, label: .category("\(index % 2)"),
        position: item.position.value)
    }
    return (reference, items, DecoderModel(try ModelCheckpoint.open(Self.model), threads: 1))
  }

  @Test("Activations equal the reference's hidden states at the right token of multi-byte text")
  func parity() throws {
    let (reference, items, model) = try load()
    let tokens = try TokenizedItems(items, tokenizer: TokenizerLoader.load(directory: Self.model))
    #expect(tokens.positions == reference.items.map(\.token))
    let names = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post", "ln_final.hook_out"]
    let sites = try names.map { try Site(name: $0, layerCount: model.specification.layerCount) }
    let found = try ActivationCapture(tokens).activations(of: model, at: sites)
    for (name, matrix) in zip(names, found) {
      for (row, item) in reference.items.enumerated() {
        let expected = try #require(item.states[name])
        let norm = expected.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let error = zip(matrix.row(row), expected).reduce(0) {
          $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
        }.squareRoot()
        #expect(error < 2e-5 * norm, "\(name), \(item.text): \(error / norm)")
      }
    }
  }

  @Test("What a key holds is read back bit for bit, and the model is not opened again")
  func reuse() throws {
    let (_, items, model) = try load()
    let tokens = try TokenizedItems(items, tokenizer: TokenizerLoader.load(directory: Self.model))
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let capture = ActivationCapture(tokens, store: ActivationStore(folder))
    var opened = 0
    func read(_ sites: [Site], key: String) throws -> [Matrix<Float>] {
      try capture.activations(at: sites, key: key) {
        opened += 1
        return model
      }
    }
    let (first, second) = (Site(.residualPost, layer: 0), Site(.residualPost, layer: 1))
    let fresh = try read([first], key: "abc123")
    #expect(try read([first], key: "abc123") == fresh && opened == 1)
    let both = try read([second, first], key: "abc123")
    #expect(both[1] == fresh[0] && opened == 2)
    _ = try read([first], key: "def456")
    #expect(opened == 3)
    #expect(throws: ProbeError.self) { try read([first], key: "../abc") }
  }

  @Test("A site without a vector a token is refused")
  func pattern() throws {
    let (_, items, model) = try load()
    let tokens = try TokenizedItems(items, tokenizer: TokenizerLoader.load(directory: Self.model))
    #expect(throws: ProbeError.unsupportedSite("blocks.0.attn.hook_pattern")) {
      try ActivationCapture(tokens).activations(of: model, at: [Site(.pattern, layer: 0)])
    }
  }
}
