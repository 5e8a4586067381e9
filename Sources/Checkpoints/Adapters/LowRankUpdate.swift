import LinearAlgebra

/// ΔW = s·B·A of one linear map, read from its file when asked.
public struct LowRankUpdate: Sendable {
  /// r.
  public let rank: Int
  /// s = α / r, or α / √r with rank stabilisation.
  public let scale: Double
  /// Shape of ΔW, [out, in].
  public let shape: [Int]
  private let file: SafetensorsFile
  private let names: (a: String, b: String)

  init(
    rank: Int, scale: Double, shape: [Int], file: SafetensorsFile, names: (a: String, b: String)
  ) {
    self.rank = rank
    self.scale = scale
    self.shape = shape
    self.file = file
    self.names = names
  }

  /// A, [r, in].
  ///
  /// - Throws: ``CheckpointError``.
  public func a() throws -> Matrix<Float> { try file.matrix(names.a) }

  /// B, [out, r].
  ///
  /// - Throws: ``CheckpointError``.
  public func b() throws -> Matrix<Float> { try file.matrix(names.b) }

  /// s·B·A in `Double`, [out, in].
  ///
  /// - Throws: ``CheckpointError``.
  public func delta() throws -> Matrix<Double> {
    var result = Matrix<Double>(rows: shape[0], columns: shape[1])
    try result.elements.withUnsafeMutableBufferPointer { try add(rows: 0..<shape[0], to: $0) }
    return result
  }

  /// Adds rows of s·B·A to a buffer of rows × columns.
  ///
  /// Products are formed in fixed blocks of rows, so a row does not depend on what else is asked.
  ///
  /// - Throws: ``CheckpointError``.
  func add(rows: Range<Int>, to destination: UnsafeMutableBufferPointer<Double>) throws {
    let height = 96
    let columns = shape[1]
    let right = try file.doubleMatrix(names.a)
    let firstBlock = rows.lowerBound / height * height
    for start in stride(from: firstBlock, to: rows.upperBound, by: height) {
      let end = min(start + height, shape[0])
      var left = [Double](repeating: 0, count: height * rank)
      try left.withUnsafeMutableBufferPointer {
        try file.readDouble(
          names.b, rows: start..<end,
          into: UnsafeMutableBufferPointer(rebasing: $0[..<((end - start) * rank)]))
      }
      let product = Matrix(rows: height, columns: rank, elements: left).multiplied(right)
      product.elements.withUnsafeBufferPointer { source in
        for row in max(start, rows.lowerBound)..<min(end, rows.upperBound) {
          let (from, to) = ((row - start) * columns, (row - rows.lowerBound) * columns)
          for column in 0..<columns { destination[to + column] += scale * source[from + column] }
        }
      }
    }
  }
}
