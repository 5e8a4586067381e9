import Architecture
import JSON
import Testing

@Suite("Site")
struct SiteTests {
  @Test("every canonical name reads back as itself")
  func roundTrip() throws {
    for point in Site.Point.allCases {
      let site = Site(point, layer: point.isInBlock ? 2 : nil)
      #expect(try Site(name: site.name, layerCount: 3) == site)
    }
  }

  @Test(
    "bridge names mean the legacy sites",
    arguments: [
      ("blocks.1.hook_in", "blocks.1.hook_resid_pre"),
      ("blocks.1.ln2.hook_in", "blocks.1.hook_resid_mid"),
      ("blocks.1.hook_out", "blocks.1.hook_resid_post"),
      ("blocks.0.attn.hook_out", "blocks.0.hook_attn_out"),
      ("blocks.0.mlp.hook_out", "blocks.0.hook_mlp_out"),
      ("blocks.0.attn.q.hook_out", "blocks.0.attn.hook_q"),
      ("blocks.0.attn.o.hook_in", "blocks.0.attn.hook_z"),
      ("ln_final.hook_in", "blocks.2.hook_resid_post"),
      ("unembed.hook_in", "ln_final.hook_out"),
      ("embed.hook_out", "hook_embed"),
    ])
  func aliases(alias: String, canonical: String) throws {
    #expect(try Site(name: alias, layerCount: 3).name == canonical)
  }

  @Test("a star stands for every block, braces for some, and names stay as asked")
  func expansion() throws {
    #expect(
      try Site.expand("blocks.*.hook_out", layerCount: 3).map(\.name)
        == ["blocks.0.hook_out", "blocks.1.hook_out", "blocks.2.hook_out"])
    #expect(
      try Site.expand("blocks.{0,2-3}.attn.hook_z", layerCount: 4).map(\.site.layer) == [0, 2, 3])
    #expect(
      try Site.expand("blocks.1.attn.hook_rot_*", layerCount: 2).map(\.site.point)
        == [.rotatedQueries, .rotatedKeys])
    #expect(
      try Site.expand("blocks.*.hook_resid_*", layerCount: 2).map(\.name)
        == (0..<2).flatMap { layer in
          ["pre", "mid", "post"].map { "blocks.\(layer).hook_resid_\($0)" }
        })
  }

  @Test("a layer beyond the last names the bound")
  func layerBound() {
    #expect(throws: ArchitectureError.layerOutOfRange(3, count: 3)) {
      try Site(name: "blocks.3.hook_out", layerCount: 3)
    }
    #expect(throws: ArchitectureError.layerOutOfRange(3, count: 3)) {
      try Site.expand("blocks.{2-4}.hook_out", layerCount: 3)
    }
  }

  @Test(
    "a name without meaning is refused",
    arguments: [
      "", "blocks", "blocks.0", "blocks.x.hook_out", "blocks.-1.hook_out", "blocks.0.hook_outs",
      "hook_resid_pre", "blocks.0.ln_final.hook_out", "blocks.0.hook_embed", "blocks.0.zzz*",
    ])
  func unknown(name: String) {
    #expect {
      try Site.expand(name, layerCount: 2)
    } throws: { error in
      if case .unknownSite? = error as? ArchitectureError { true } else { false }
    }
  }

  @Test("widths are those of the specification")
  func widths() throws {
    let specification = try ModelCatalog.specification(
      from: JSONParser.parse(
        """
        {"model_type": "qwen3", "hidden_size": 24, "num_hidden_layers": 1, "vocab_size": 9,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10,
         "intermediate_size": 36}
        """))
    func width(_ point: Site.Point) -> Int? {
      Site(point, layer: point.isInBlock ? 0 : nil).width(in: specification)
    }
    #expect(width(.queries) == 40)
    #expect(width(.headOutputs) == 40)
    #expect(width(.rotatedKeys) == 20)
    #expect(width(.neurons) == 36)
    #expect(width(.residualMid) == 24)
    #expect(width(.finalOut) == 24)
    #expect(width(.pattern) == nil)
  }
}
