import LinearAlgebra

/// Name, element type and shape of a stored tensor.
public struct TensorInfo: Sendable, Hashable {
  /// The name in the checkpoint.
  public let name: String
  /// Stored element type.
  public let dtype: DType
  /// Sizes, outermost first; `[out, in]` for a linear map.
  public let shape: [Int]

  /// Creates the description of a tensor.
  public init(name: String, dtype: DType, shape: [Int]) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
  }

  /// Number of elements.
  public var elementCount: Int { shape.reduce(1, *) }
  /// Bytes its elements take.
  public var byteCount: Int { elementCount * dtype.byteCount }
  /// Rows when read as a matrix: the first size of a matrix, 1 of a vector.
  public var rows: Int { shape.count < 2 ? 1 : shape[0] }
  /// Columns when read as a matrix: everything but the rows.
  public var columns: Int { rows == 0 ? 0 : elementCount / rows }
}

/// A named set of immutable tensors: a file, a sharded checkpoint, an edited model.
///
/// The forward pass and the decompositions see only this; they cannot tell an edit from a file.
/// Names are the state-dict names of Hugging Face (`model.layers.0.self_attn.q_proj.weight`).
public protocol TensorSource: Sendable {
  /// All tensors, sorted by name (bytes).
  var tensors: [TensorInfo] { get }

  /// The description of a tensor, or nil if there is none of this name.
  func info(_ name: String) -> TensorInfo?

  /// Writes rows of a tensor, widened (F64: rounded) to `Float`, to a buffer of rows × columns.
  ///
  /// - Parameters:
  ///   - name: A tensor of ``tensors``.
  ///   - rows: A range of rows as ``TensorInfo/rows`` counts them.
  ///   - destination: Room for `rows.count * info.columns` elements.
  /// - Throws: ``CheckpointError`` if there is no such tensor or its file changed.
  func read(_ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>)
    throws

  /// The same in `Double`; differs from ``read(_:rows:into:)`` only for F64 tensors.
  func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>) throws

  /// Tells that the mapped pages of a tensor are not needed for now.
  func release(_ name: String)
}

extension TensorSource {
  /// Does nothing: only mapped files hold pages.
  public func release(_ name: String) {}

  /// Reads in `Float` and widens.
  public func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    let narrow = UnsafeMutableBufferPointer<Float>.allocate(capacity: destination.count)
    defer { narrow.deallocate() }
    try read(name, rows: rows, into: narrow)
    for index in 0..<destination.count { destination[index] = Double(narrow[index]) }
  }

  /// A whole tensor as a matrix of shape [rows, columns] in `Float`.
  ///
  /// - Throws: ``CheckpointError``.
  public func matrix(_ name: String) throws -> Matrix<Float> {
    let info = try require(name)
    let elements = try [Float](unsafeUninitializedCapacity: info.elementCount) { buffer, count in
      try read(
        name, rows: 0..<info.rows,
        into: UnsafeMutableBufferPointer(rebasing: buffer[..<info.elementCount]))
      count = info.elementCount
    }
    return Matrix(rows: info.rows, columns: info.columns, elements: elements)
  }

  /// A whole tensor as a matrix of shape [rows, columns] in `Double`.
  ///
  /// - Throws: ``CheckpointError``.
  public func doubleMatrix(_ name: String) throws -> Matrix<Double> {
    let info = try require(name)
    let elements = try [Double](unsafeUninitializedCapacity: info.elementCount) { buffer, count in
      try readDouble(
        name, rows: 0..<info.rows,
        into: UnsafeMutableBufferPointer(rebasing: buffer[..<info.elementCount]))
      count = info.elementCount
    }
    return Matrix(rows: info.rows, columns: info.columns, elements: elements)
  }

  /// A whole vector.
  ///
  /// - Throws: ``CheckpointError``.
  public func vector(_ name: String) throws -> [Float] {
    try matrix(name).elements
  }

  /// The description of a tensor that must be there.
  ///
  /// - Throws: ``CheckpointError/missingTensor(name:location:)``.
  public func require(_ name: String) throws -> TensorInfo {
    guard let info = info(name) else {
      throw CheckpointError.missingTensor(name: name, location: "this checkpoint")
    }
    return info
  }
}
