import Architecture
import Checkpoints
import LinearAlgebra

/// The update of one matrix: W₀, ΔW = W₁ − W₀, and what they are in their checkpoints.
public struct MatrixUpdate: Sendable {
  /// The name of the tensor.
  public let name: String
  /// Its block, or nil outside the blocks.
  public let layer: Int?
  /// What kind of matrix it is, for example `q_proj`.
  public let module: String
  /// W₀, shape [m, n].
  public let base: Matrix<Float>
  /// ΔW, shape [m, n].
  public let delta: Matrix<Float>
  /// The element types as stored.
  public let storage: Storage
  /// How attention heads divide the matrix; nil if they do not.
  public let heads: HeadLayout?

  /// The element types of base and tuned checkpoint.
  public struct Storage: Sendable, Hashable {
    /// Of the base.
    public let base: DType
    /// Of the tuned model.
    public let tuned: DType

    /// Creates the pair.
    public init(base: DType, tuned: DType) {
      (self.base, self.tuned) = (base, tuned)
    }

    /// Whether both are bfloat16, so that rounding explains unchanged entries.
    public var isBFloat16: Bool { base == .bf16 && tuned == .bf16 }
  }

  /// Creates the update of a matrix.
  ///
  /// - Throws: ``UpdateError`` if sizes differ, there are no elements, or one is not finite.
  public init(
    name: String, layer: Int?, module: String, base: Matrix<Float>, delta: Matrix<Float>,
    storage: Storage = Storage(base: .f32, tuned: .f32), heads: HeadLayout? = nil
  ) throws {
    guard base.rows == delta.rows, base.columns == delta.columns else {
      throw UpdateError.sizeMismatch(
        tensor: name, base: [base.rows, base.columns], update: [delta.rows, delta.columns])
    }
    try UpdateError.naming(name) {
      try base.requireFinite()
      try delta.requireFinite()
    }
    self.name = name
    self.layer = layer
    self.module = module
    self.base = try base.requiringElements(name)
    self.delta = delta
    self.storage = storage
    self.heads = heads
  }

  /// Creates the update of a matrix that a weight table describes.
  ///
  /// - Throws: ``UpdateError``, as ``init(name:layer:module:base:delta:storage:heads:)``.
  public init(
    _ entry: WeightEntry, in specification: DecoderSpecification, base: Matrix<Float>,
    delta: Matrix<Float>, storage: Storage
  ) throws {
    try self.init(
      name: entry.name, layer: entry.layer, module: entry.role.rawValue, base: base, delta: delta,
      storage: storage, heads: HeadLayout(entry.role, in: specification.attention))
  }
}

extension MatrixUpdate {
  /// The share of entries that are equal once both matrices are rounded to the narrower of two
  /// different element types; nil where the types agree.
  var sparsityNarrowed: Double? {
    guard storage.base != storage.tuned else { return nil }
    let types = [storage.base, storage.tuned]
    let round: (Double) -> Double
    if types.contains(.bf16) {
      round = { Double(BFloat16.rounded(Float($0))) }
    } else if types.contains(.f16) {
      round = { Double(Float16($0)) }
    } else {
      round = { Double(Float($0)) }
    }
    var equal = 0
    for (before, step) in zip(base.elements, delta.elements)
    where round(Double(before)) == round(Double(before) + Double(step)) {
      equal += 1
    }
    return Double(equal) / Double(base.elements.count)
  }
}

/// How attention heads divide the rows or the columns of a projection.
public struct HeadLayout: Sendable, Hashable, Codable {
  /// What is divided.
  public enum Axis: String, Sendable, Codable {
    /// Each head writes some rows: q, k and v.
    case rows
    /// Each head is read by some columns: o.
    case columns
  }

  /// What is divided.
  public let axis: Axis
  /// Rows or columns of a head.
  public let width: Int

  /// Creates a layout.
  public init(axis: Axis, width: Int) {
    (self.axis, self.width) = (axis, width)
  }

  /// The layout of a role; nil where heads do not divide it.
  public init?(_ role: WeightRole, in attention: AttentionSpecification) {
    switch role {
    case .query, .key, .value: self.init(axis: .rows, width: attention.headWidth)
    case .output: self.init(axis: .columns, width: attention.headWidth)
    default: return nil
    }
  }
}
