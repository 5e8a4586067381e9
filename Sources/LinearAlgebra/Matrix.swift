/// A dense matrix of shape [rows, columns], row-major, owned.
///
/// Loops over elements are specialised for both scalars: called from another module they would
/// otherwise run unspecialised, a hundred times slower.
public struct Matrix<Scalar: RealScalar>: Sendable, Equatable {
  /// Number of rows, m.
  public let rows: Int
  /// Number of columns, n.
  public let columns: Int
  /// The m·n elements, row after row.
  public var elements: [Scalar]

  /// Wraps row-major elements.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Scalar]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix filled with one value.
  public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// A matrix whose element (i, j) a function gives.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public init(rows: Int, columns: Int, _ element: (Int, Int) throws -> Scalar) rethrows {
    var elements: [Scalar] = []
    elements.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { elements.append(try element(row, column)) }
    }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  /// The identity of a size.
  public static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for index in 0..<size { result[index, index] = 1 }
    return result
  }

  /// The element at (row, column).
  public subscript(row: Int, column: Int) -> Scalar {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// The elements of one row.
  public func row(_ index: Int) -> ArraySlice<Scalar> {
    elements[index * columns..<(index + 1) * columns]
  }

  /// The elements of one column.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func column(_ index: Int) -> [Scalar] {
    (0..<rows).map { elements[$0 * columns + index] }
  }

  /// Whether there are no elements.
  public var isEmpty: Bool { elements.isEmpty }

  /// The matrix with each element converted, rounding to nearest.
  @_specialize(where Scalar == Float, Other == Double)
  @_specialize(where Scalar == Double, Other == Float)
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map { Other($0) })
  }

  /// The transpose, copied.
  public var transposed: Matrix {
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    get {
      var result = Matrix(rows: columns, columns: rows)
      let block = 32
      elements.withUnsafeBufferPointer { source in
        result.elements.withUnsafeMutableBufferPointer { target in
          for rowStart in stride(from: 0, to: rows, by: block) {
            for columnStart in stride(from: 0, to: columns, by: block) {
              for row in rowStart..<min(rowStart + block, rows) {
                for column in columnStart..<min(columnStart + block, columns) {
                  target[column * rows + row] = source[row * columns + column]
                }
              }
            }
          }
        }
      }
      return result
    }
  }

  /// The rows of a range, copied.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The columns of a range, copied.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func columns(_ range: Range<Int>) -> Matrix {
    var result: [Scalar] = []
    result.reserveCapacity(rows * range.count)
    for row in 0..<rows {
      let start = row * columns
      result.append(contentsOf: elements[start + range.lowerBound..<start + range.upperBound])
    }
    return Matrix(rows: rows, columns: range.count, elements: result)
  }
}
