import Architecture
import Foundation
import TestSupport
import Testing

@Suite("WeightSelection")
struct WeightSelectionTests {
  private let table: WeightTable

  init() throws { table = try TinyDecoder("qwen2") { $0.layers = 5 }.table() }

  @Test("layers and modules are intersected in the order of a pass")
  func intersection() throws {
    let selection = try WeightSelection(layers: "0,3-4", modules: "down_proj,q_proj")
    #expect(
      try selection.entries(in: table).map(\.name)
        == [0, 3, 4].flatMap { layer in
          ["self_attn.q_proj", "mlp.down_proj"].map { "model.layers.\(layer).\($0).weight" }
        })
  }

  @Test("all means the seven projections of every block, no bias and no norm")
  func everything() throws {
    let entries = try WeightSelection.all.entries(in: table)
    #expect(entries.count == 35)
    #expect(entries.allSatisfy { $0.shape.count == 2 && $0.layer != nil })
  }

  @Test("a layer out of range names the bound")
  func bound() throws {
    let selection = try WeightSelection(layers: "2-7", modules: nil)
    #expect(throws: ArchitectureError.layerOutOfRange(5, count: 5)) {
      try selection.entries(in: table)
    }
  }

  @Test("a selection that matches nothing is an error")
  func nothing() {
    let selection = WeightSelection(layers: LayerSet([]), modules: nil)
    #expect {
      try selection.entries(in: table)
    } throws: { error in
      if case .emptySelection? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test(
    "text that is no list of layers is refused", arguments: ["", "3-", "5-3", "a", "1,,2", "-1"])
  func malformed(text: String) {
    #expect(throws: ArchitectureError.malformedLayers(text)) {
      try LayerSet(parsing: text)
    }
  }

  @Test("only names of projections are modules", arguments: ["norm", "Q_PROJ", "", "q_proj,"])
  func modules(text: String) {
    #expect {
      try WeightSelection(layers: nil, modules: text)
    } throws: { error in
      if case .unknownModule? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test("equal selections have equal JSON, which reads back")
  func json() throws {
    let selection = try WeightSelection(layers: "4,0-2,1", modules: "up_proj,k_proj")
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(selection)
    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"layers":"0-2,4","modules":["k_proj","up_proj"]}"#)
    #expect(try JSONDecoder().decode(WeightSelection.self, from: data) == selection)
  }
}
