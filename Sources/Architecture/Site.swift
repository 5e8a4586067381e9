/// A named place in the forward pass whose activations can be read or replaced.
///
/// Names are TransformerLens' legacy hook names; those of its bridge are accepted.
public struct Site: Sendable, Hashable {
  /// What is read.
  public enum Point: String, Sendable, Hashable, CaseIterable {
    /// Token embeddings, [T, d_model].
    case embedding = "hook_embed"
    /// Residual stream before a block, [T, d_model].
    case residualPre = "hook_resid_pre"
    /// Residual stream between attention and MLP, [T, d_model].
    case residualMid = "hook_resid_mid"
    /// Residual stream after a block, [T, d_model].
    case residualPost = "hook_resid_post"
    /// What attention adds to the residual stream, [T, d_model].
    case attentionOut = "hook_attn_out"
    /// What the MLP adds to the residual stream, [T, d_model].
    case feedForwardOut = "hook_mlp_out"
    /// Queries before the rotation, [T, H·d_head].
    case queries = "attn.hook_q"
    /// Keys before the rotation, [T, H_kv·d_head].
    case keys = "attn.hook_k"
    /// Values, [T, H_kv·d_head].
    case values = "attn.hook_v"
    /// Queries after the rotation, [T, H·d_head].
    case rotatedQueries = "attn.hook_rot_q"
    /// Keys after the rotation, [T, H_kv·d_head].
    case rotatedKeys = "attn.hook_rot_k"
    /// Attention probabilities, [H, T, T].
    case pattern = "attn.hook_pattern"
    /// Head outputs before the output projection, [T, H·d_head].
    case headOutputs = "attn.hook_z"
    /// x / rms(x) before attention, without the weight, [T, d_model].
    case attentionNormalized = "ln1.hook_normalized"
    /// x / rms(x) before the MLP, without the weight, [T, d_model].
    case feedForwardNormalized = "ln2.hook_normalized"
    /// The gate before its non-linearity, [T, hidden].
    case gate = "mlp.hook_pre"
    /// The up projection, [T, hidden].
    case up = "mlp.hook_pre_linear"
    /// What the down projection reads, silu(gate) ⊙ up, [T, hidden].
    case neurons = "mlp.hook_post"
    /// x / rms(x) before the unembedding, without the weight, [T, d_model].
    case finalNormalized = "ln_final.hook_normalized"
    /// What the unembedding reads: the last hidden state of Hugging Face, [T, d_model].
    case finalOut = "ln_final.hook_out"

    /// Whether every block has one.
    public var isInBlock: Bool {
      switch self {
      case .embedding, .finalNormalized, .finalOut: false
      default: true
      }
    }
  }

  /// What is read.
  public let point: Point
  /// The block; nil outside the blocks.
  public let layer: Int?

  /// A place of a block, or outside the blocks.
  ///
  /// - Precondition: A point in the blocks has a layer, another has none.
  public init(_ point: Point, layer: Int? = nil) {
    precondition(point.isInBlock == (layer != nil))
    self.point = point
    self.layer = layer
  }

  /// The canonical name, for example `blocks.3.hook_resid_post`.
  public var name: String {
    layer.map { "blocks.\($0).\(point.rawValue)" } ?? point.rawValue
  }

  /// Names of TransformerLens' bridge, and other names in use, behind `blocks.{i}.`.
  private static let blockAliases: [String: Point] = [
    "hook_in": .residualPre, "ln1.hook_in": .residualPre, "ln2.hook_in": .residualMid,
    "hook_out": .residualPost, "attn.hook_out": .attentionOut,
    "mlp.hook_out": .feedForwardOut, "attn.q.hook_out": .queries, "attn.k.hook_out": .keys,
    "attn.v.hook_out": .values, "attn.o.hook_in": .headOutputs,
    "attn.hook_attn_weights": .pattern, "mlp.gate.hook_out": .gate, "mlp.in.hook_out": .up,
    "mlp.out.hook_in": .neurons,
  ]
  private static let aliases: [String: Point] = [
    "embed.hook_out": .embedding, "unembed.hook_in": .finalOut,
  ]

  /// Reads a name.
  ///
  /// - Parameters:
  ///   - name: Canonical or of the bridge.
  ///   - layerCount: Blocks of the model.
  /// - Throws: ``ArchitectureError/unknownSite(_:known:)``,
  ///   ``ArchitectureError/layerOutOfRange(_:count:)``.
  public init(name: String, layerCount: Int) throws {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    if parts.count == 3, parts[0] == "blocks" {
      let rest = String(parts[2])
      guard let layer = Int(parts[1]), layer >= 0, "\(layer)" == parts[1],
        let point = Point(rawValue: rest) ?? Self.blockAliases[rest], point.isInBlock
      else { throw Self.unknown(name) }
      guard layer < layerCount else {
        throw ArchitectureError.layerOutOfRange(layer, count: layerCount)
      }
      self.init(point, layer: layer)
      return
    }
    if name == "ln_final.hook_in" {
      self.init(.residualPost, layer: layerCount - 1)
      return
    }
    guard let point = Point(rawValue: name) ?? Self.aliases[name], !point.isInBlock else {
      throw Self.unknown(name)
    }
    self.init(point)
  }

  /// The sites that a name or pattern means, each under the name that was asked for.
  ///
  /// `blocks.*.…` means every block, `blocks.{0,3-8}.…` some of them; a `*` behind the block stands
  /// for any run of characters of a canonical name (`blocks.*.attn.hook_rot_*`).
  ///
  /// - Throws: ``ArchitectureError``.
  public static func expand(_ pattern: String, layerCount: Int) throws -> [(
    name: String, site: Site
  )] {
    let parts = pattern.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "blocks" else {
      return [(pattern, try Site(name: pattern, layerCount: layerCount))]
    }
    let layers: [String]
    if parts[1] == "*" {
      layers = (0..<layerCount).map(String.init)
    } else if parts[1].hasPrefix("{"), parts[1].hasSuffix("}") {
      layers = try LayerSet(parsing: String(parts[1].dropFirst().dropLast())).layers
        .map(String.init)
    } else {
      layers = [String(parts[1])]
    }
    var places = [String(parts[2])]
    if parts[2].contains("*") {
      places = Point.allCases.filter(\.isInBlock).map(\.rawValue)
        .filter { matches($0[...], parts[2]) }
      guard !places.isEmpty else { throw unknown(pattern) }
    }
    return try layers.flatMap { layer in
      try places.map { place in
        let name = "blocks.\(layer).\(place)"
        return (name, try Site(name: name, layerCount: layerCount))
      }
    }
  }

  /// Whether a name matches a pattern whose `*` stand for any run of characters.
  private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return matches(name, pattern.dropFirst())
        || (!name.isEmpty && matches(name.dropFirst(), pattern))
    }
    return name.first == first && matches(name.dropFirst(), pattern.dropFirst())
  }

  /// Numbers a token has at this site; nil for ``Point/pattern``.
  public func width(in specification: DecoderSpecification) -> Int? {
    switch point {
    case .queries, .rotatedQueries, .headOutputs: specification.attention.queryWidth
    case .keys, .rotatedKeys, .values: specification.attention.keyValueWidth
    case .gate, .up, .neurons: specification.feedForward.hidden
    case .pattern: nil
    default: specification.width
    }
  }

  private static func unknown(_ name: String) -> ArchitectureError {
    .unknownSite(
      name,
      known: Point.allCases.map { $0.isInBlock ? "blocks.{i}.\($0.rawValue)" : $0.rawValue })
  }
}
