import Architecture
import Checkpoints
import Updates

/// What is done to the weights of a tuned model, as a value.
///
/// With W₀ the base, W₁ the tuned model, ΔW = W₁ − W₀ and C a component of ΔW, `remove` gives
/// W₁ − λC and `keep` gives W₀ + λC. Edits touch the selected linear projections; all other tensors
/// are W₁ under `remove` and W₀ under `keep`.
public struct Edit: Sendable, Hashable, Codable {
  /// Whether a component is taken away from the tuned model or added alone to the base.
  public enum Operation: String, Sendable, Hashable, Codable, CaseIterable {
    case remove, keep
  }

  /// Tensors outside the linear projections that an edit can treat like them.
  public enum Inclusion: String, Sendable, Hashable, Codable, CaseIterable {
    /// Embedding and unembedding.
    case embeddings
    /// Norm weights and biases, as matrices of one row.
    case norms
  }

  /// A control that stands in for the component, and the seed it is drawn with.
  public struct ControlDraw: Sendable, Hashable, Codable {
    /// How the stand-in is made.
    public var control: Control
    /// The seed of the draw; each matrix has its own stream of it.
    public var seed: UInt64

    /// Creates a draw.
    public init(control: Control, seed: UInt64) {
      (self.control, self.seed) = (control, seed)
    }
  }

  /// Remove or keep.
  public var operation: Operation
  /// The component C.
  public var component: Component
  /// The linear projections that are edited.
  public var selection: WeightSelection
  /// The k of the principal subspaces.
  public var rank: RankRule
  /// The k of the masks' reconstruction of W₀.
  public var maskRank: RankRule
  /// The share of entries in a mask.
  public var maskAlpha: Double
  /// The factor λ of the component.
  public var lambda: Double
  /// Whether what is kept of ΔW is rescaled to ‖ΔW‖_F in each matrix.
  public var rescale: Bool
  /// What is edited besides the projections.
  public var include: Set<Inclusion>
  /// The type that every tensor is rounded to, or nil for edits in F32.
  public var rounding: DType?
  /// What stands in for the component, or nil for the edit itself.
  public var control: ControlDraw?

  /// Creates an edit; the defaults are those of the command line.
  public init(
    operation: Operation, component: Component, selection: WeightSelection = .all,
    rank: RankRule = .standard, maskRank: RankRule = .count(64), maskAlpha: Double = 0.5,
    lambda: Double = 1, rescale: Bool = false, include: Set<Inclusion> = [],
    rounding: DType? = nil, control: ControlDraw? = nil
  ) {
    self.operation = operation
    self.component = component
    self.selection = selection
    self.rank = rank
    self.maskRank = maskRank
    self.maskAlpha = maskAlpha
    self.lambda = lambda
    self.rescale = rescale
    self.include = include
    self.rounding = rounding
    self.control = control
  }

  /// Refuses combinations that mean nothing.
  ///
  /// - Throws: ``EditError``.
  public func validate() throws {
    guard lambda.isFinite else { throw EditError.badLambda(lambda) }
    guard maskAlpha > 0, maskAlpha < 1 else { throw EditError.badMaskAlpha(maskAlpha) }
    if rescale, lambda == 0 { throw EditError.nothingToRescale }
    if let rounding, rounding != .bf16 { throw EditError.badRounding(rounding) }
    if let control = control?.control, !control.isDefined(for: component) {
      throw EditError.undefinedControl(control, component)
    }
  }

  /// The numbers that the split of each matrix depends on.
  var splitOptions: SplitOptions {
    SplitOptions(rank: rank, maskRank: maskRank, maskAlpha: maskAlpha)
  }

  /// The tensors that the edit touches, in the order of a pass.
  ///
  /// `rest` is every tensor but the projections. Layers restrict included norms too; embeddings
  /// have no layer.
  ///
  /// - Throws: ``ArchitectureError`` if the selection is empty or out of range.
  public func entries(in table: WeightTable) throws -> [WeightEntry] {
    if component == .rest { return table.entries.filter { !$0.isProjection } }
    let selected = Set(try selection.entries(in: table).map(\.name))
    let layers = Set(table.entries.filter { selected.contains($0.name) }.compactMap(\.layer))
    return table.entries.filter { entry in
      if entry.isProjection { return selected.contains(entry.name) }
      guard include.contains(entry.isEmbedding ? .embeddings : .norms) else { return false }
      return entry.layer.map(layers.contains) ?? true
    }
  }
}

extension WeightEntry {
  /// Whether this is the embedding or the unembedding.
  var isEmbedding: Bool { role == .embedding || role == .unembedding }
}
