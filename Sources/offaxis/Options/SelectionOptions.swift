import Architecture
import ArgumentParser
import Edits
import Updates

/// Which matrices are touched, and what counts as principal; the same everywhere.
struct SelectionOptions: ParsableArguments {
  @Option(help: "Layers, zero-based and inclusive: 0,3-8. Default: all.")
  var layers: String?

  @Option(help: "Modules: q_proj,down_proj. Default: all linear projections.")
  var modules: String?

  @Option(help: "k of the singular subspaces: 64, 10% or energy:0.9. Default: 10%.")
  var rank: String?

  @Option(help: "k of the masks. Default: 64.")
  var maskRank: String?

  @Option(help: "Share of entries in a mask. Default: 0.5.")
  var maskAlpha: Double?

  func selection() throws -> WeightSelection {
    try Words.usage { try WeightSelection(layers: layers, modules: modules) }
  }

  func rankRule() throws -> RankRule { try rank.map(Words.rank) ?? .standard }
  func maskRankRule() throws -> RankRule { try maskRank.map(Words.rank) ?? .count(64) }
  var alpha: Double { maskAlpha ?? 0.5 }
}

/// How far a component is removed or kept.
struct EditOptions: ParsableArguments {
  @Option(help: "Factor of the component. Default: 1.")
  var lambda: Double?

  @Flag(help: "Rescale a kept part to the norm of the whole update.")
  var rescale = false

  @Option(help: "Edit these too: embeddings,norms.")
  var include: String?

  func inclusions() throws -> [Edit.Inclusion] {
    try include.map { text in
      try Words.list(text) { try Words.choice($0, what: "inclusion") }
    } ?? []
  }
}
