import Architecture
import Checkpoints
import Edits
import Foundation
import Testing
import Updates

@Suite("Edits as values")
struct EditValueTests {
  @Test("JSON gives back the edit, with readable parts")
  func json() throws {
    let edit = Edit(
      operation: .keep, component: .head(3),
      selection: WeightSelection(layers: LayerSet([0, 1]), modules: [.query, .down]),
      rank: .energy(0.9), lambda: 0.5, include: [.norms, .embeddings], rounding: .bf16,
      control: Edit.ControlDraw(control: .randomEnergy, seed: .max))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(edit)
    #expect(try JSONDecoder().decode(Edit.self, from: data) == edit)
    #expect(
      String(decoding: data, as: UTF8.self)
        == """
        {"component":"rank:3","control":{"control":"random-energy","seed":18446744073709551615},\
        "include":["embeddings","norms"],"lambda":0.5,"mask_alpha":0.5,"mask_rank":"64",\
        "operation":"keep","rank":"energy:0.9","rescale":false,"rounding":"BF16",\
        "selection":{"layers":"0-1","modules":["q_proj","down_proj"]}}
        """)
  }

  @Test("what means nothing is refused")
  func refused() {
    func expect(_ error: EditError, _ edit: Edit) {
      #expect(throws: error) { try edit.validate() }
    }
    expect(.badLambda(.infinity), Edit(operation: .keep, component: .all, lambda: .infinity))
    expect(.badMaskAlpha(1), Edit(operation: .keep, component: .all, maskAlpha: 1))
    expect(.nothingToRescale, Edit(operation: .keep, component: .all, lambda: 0, rescale: true))
    expect(.badRounding(.f16), Edit(operation: .keep, component: .all, rounding: .f16))
    for control in Control.allCases {
      expect(
        .undefinedControl(control, .rest),
        Edit(operation: .keep, component: .rest, control: .init(control: control, seed: 0)))
    }
  }

  @Test("an edit touches what it selects, and no more")
  func entries() throws {
    let pair = try EditFixture.pair()
    func names(_ component: Component, _ change: (inout Edit) -> Void) throws -> [String] {
      try EditFixture.edit(.remove, component, change: change).entries(in: pair.base.weights)
        .map(\.name)
    }
    let one = try WeightSelection(layers: "1", modules: "v_proj")
    let absent = try WeightSelection(layers: "2", modules: nil)
    let everything = pair.base.weights.entries.map(\.name)
    #expect(try names(.all) { _ in }.count == 14)
    #expect(Set(try names(.all) { _ in } + names(.rest) { _ in }) == Set(everything))
    #expect(try names(.all) { $0.include = [.embeddings, .norms] } == everything)
    #expect(
      try names(.all) { $0.selection = one }
        == ["model.layers.1.self_attn.v_proj.weight"])
    let norms = try names(.all) {
      $0.selection = one
      $0.include = [.norms]
    }
    #expect(norms.contains("model.layers.1.input_layernorm.weight"))
    #expect(norms.contains("model.layers.1.self_attn.q_proj.bias"))
    #expect(norms.contains("model.norm.weight"))
    #expect(!norms.contains { $0.contains("layers.0") || $0.contains("embed") })
    #expect(throws: ArchitectureError.layerOutOfRange(2, count: 2)) {
      try names(.all) { $0.selection = absent }
    }
  }
}
