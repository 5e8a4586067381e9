import Architecture
import Checkpoints

/// What `inspect` prints.
public enum InspectTables {
  /// Names and values.
  public static func rows(_ summary: ModelSummary) -> [(String, String)] {
    let specification = summary.specification
    let attention = specification.attention
    let dtypes = summary.dtypes.sorted { $0.key < $1.key }
      .map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    let windows = specification.attentionSpans.compactMap { span -> Int? in
      if case .sliding(let window) = span { window } else { nil }
    }
    var rows = [
      ("path", summary.path),
      ("kind", summary.kind),
      ("family", specification.family),
      ("layers", "\(specification.layerCount)"),
      ("residual stream", "\(specification.width)"),
      (
        "heads",
        "\(attention.heads) of \(attention.headWidth), \(attention.keyValueHeads) key/value"
      ),
      ("MLP", "\(specification.feedForward.hidden)"),
      ("vocabulary", "\(specification.vocabularySize)"),
      ("context", "\(specification.contextLength)"),
      ("embeddings", specification.tiesEmbeddings ? "tied" : "untied"),
      (
        "parameters", "\(summary.parameters), \(summary.projectionParameters) in linear projections"
      ),
      ("stored", "\(dtypes), \(summary.bytes) bytes"),
      (
        "tensors",
        "\(summary.bound) bound, 0 missing, 0 unclaimed, \(summary.ignored.count) ignored"
      ),
    ]
    if let window = windows.first {
      rows.append(("sliding window", "\(window) tokens in \(windows.count) layers"))
    }
    if let ranks = summary.adapterRanks {
      let values = Set(ranks.values).sorted().map(String.init).joined(separator: ", ")
      rows.append(("adapter", "rank \(values) on \(ranks.count) matrices"))
    }
    return rows
  }
}
