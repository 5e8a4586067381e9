import Architecture

/// The matrices next to a site: those whose output is added to it or is it, and those that read it.
///
/// The left subspaces of writers and the right subspaces of readers live in the site's coordinates.
/// Readers of the residual stream see it through an RMSNorm: multiply the columns of their V_k by
/// the norm's weight to compare in the stream's own coordinates. The embedding is stored [V, d]: it
/// writes with its right subspace.
public struct SiteMatrices: Sendable, Equatable {
  /// Matrices that write the site, in the order of a pass.
  public let writers: [WeightEntry]
  /// Matrices that read the site, in the order of a pass.
  public let readers: [WeightEntry]

  /// Looks up the neighbours of a site: of the residual stream, those of the adjacent block halves.
  public init(_ site: Site, in table: WeightTable) {
    let layer = site.layer ?? 0
    let attention: [WeightRole] = [.query, .key, .value]
    let feedForward: [WeightRole] = [.gate, .up]
    func entries(_ roles: [WeightRole], _ layer: Int) -> [WeightEntry] {
      roles.compactMap { table.entry($0, layer: layer) }
    }
    let unembedding = table.entry(.unembedding) ?? table.entry(.embedding)
    let final = unembedding.map { [$0] } ?? []
    /// Who reads the stream before a block: its attention, or the unembedding after the last one.
    func readersBefore(_ layer: Int) -> [WeightEntry] {
      let found = entries(attention, layer)
      return found.isEmpty ? final : found
    }
    switch site.point {
    case .embedding:
      writers = table.entry(.embedding).map { [$0] } ?? []
      readers = readersBefore(0)
    case .residualPre:
      writers =
        layer == 0
        ? table.entry(.embedding).map { [$0] } ?? [] : entries([.output, .down], layer - 1)
      readers = readersBefore(layer)
    case .residualMid:
      writers = entries([.output], layer)
      readers = entries(feedForward, layer)
    case .residualPost:
      writers = entries([.output, .down], layer)
      readers = readersBefore(layer + 1)
    case .attentionOut:
      writers = entries([.output], layer)
      readers = entries(feedForward, layer)
    case .feedForwardOut:
      writers = entries([.down], layer)
      readers = readersBefore(layer + 1)
    case .attentionNormalized:
      writers = []
      readers = entries(attention, layer)
    case .feedForwardNormalized:
      writers = []
      readers = entries(feedForward, layer)
    case .finalNormalized, .finalOut:
      writers = []
      readers = final
    case .queries, .rotatedQueries:
      writers = entries([.query], layer)
      readers = []
    case .keys, .rotatedKeys:
      writers = entries([.key], layer)
      readers = []
    case .values:
      writers = entries([.value], layer)
      readers = []
    case .headOutputs:
      writers = []
      readers = entries([.output], layer)
    case .gate:
      writers = entries([.gate], layer)
      readers = []
    case .up:
      writers = entries([.up], layer)
      readers = []
    case .neurons:
      writers = []
      readers = entries([.down], layer)
    case .pattern:
      writers = []
      readers = []
    }
  }
}
