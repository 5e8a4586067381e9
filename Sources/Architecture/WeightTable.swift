/// What a tensor does in the decoder.
public enum WeightRole: String, Sendable, Hashable, Codable, CaseIterable {
  case embedding = "embed_tokens"
  case unembedding = "lm_head"
  case finalNorm = "norm"
  case attentionNorm = "input_layernorm"
  case feedForwardNorm = "post_attention_layernorm"
  case query = "q_proj"
  case key = "k_proj"
  case value = "v_proj"
  case output = "o_proj"
  case gate = "gate_proj"
  case up = "up_proj"
  case down = "down_proj"
  case queryNorm = "q_norm"
  case keyNorm = "k_norm"

  /// The linear projections of a block, in the order of a pass.
  ///
  /// Edits touch these and no others.
  public static let projections: [WeightRole] = [.query, .key, .value, .output, .gate, .up, .down]

  /// Whether this is a linear projection of a block.
  public var isProjection: Bool { Self.projections.contains(self) }
}

/// A vector space of activations that a matrix reads or writes.
public enum ActivationSpace: Sendable, Hashable, Codable {
  /// The residual stream.
  case residual
  /// Queries of a layer, H · d_head.
  case queries(layer: Int)
  /// Keys of a layer.
  case keys(layer: Int)
  /// Values of a layer.
  case values(layer: Int)
  /// Head outputs z before the output projection.
  case heads(layer: Int)
  /// Hidden units of the MLP of a layer.
  case neurons(layer: Int)
  /// One coordinate a token of the vocabulary.
  case vocabulary
}

/// One tensor of a decoder: role, place, name, shape, and which spaces it connects.
public struct WeightEntry: Sendable, Hashable, Codable {
  /// What the tensor does.
  public let role: WeightRole
  /// Its block, or nil outside the blocks.
  public let layer: Int?
  /// Whether this is the bias of the role.
  public let isBias: Bool
  /// State-dict name, for example `model.layers.0.self_attn.q_proj.weight`.
  public let name: String
  /// Expected shape.
  public let shape: [Int]
  /// The space a matrix reads; nil for norms and biases.
  public let reads: ActivationSpace?
  /// The space a matrix writes; nil for norms and biases.
  public let writes: ActivationSpace?

  /// Creates an entry.
  public init(
    role: WeightRole, layer: Int?, isBias: Bool = false, name: String, shape: [Int],
    reads: ActivationSpace? = nil, writes: ActivationSpace? = nil
  ) {
    self.role = role
    self.layer = layer
    self.isBias = isBias
    self.name = name
    self.shape = shape
    self.reads = reads
    self.writes = writes
  }

  /// Whether this is the weight of a linear projection of a block.
  public var isProjection: Bool { role.isProjection && !isBias }
}

/// Every tensor of a decoder in the order of a pass.
public struct WeightTable: Sendable, Hashable {
  /// The entries, in the order of a pass.
  public let entries: [WeightEntry]

  /// Creates a table.
  public init(entries: [WeightEntry]) {
    self.entries = entries
  }

  /// The weights of the linear projections of the blocks.
  public var projections: [WeightEntry] { entries.filter(\.isProjection) }

  /// The entry of a role in a layer.
  public func entry(_ role: WeightRole, layer: Int? = nil, isBias: Bool = false) -> WeightEntry? {
    entries.first { $0.role == role && $0.layer == layer && $0.isBias == isBias }
  }
}
