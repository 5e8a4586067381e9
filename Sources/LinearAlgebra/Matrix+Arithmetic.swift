extension Matrix {
  /// Element-wise sum.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.zipped(with: right) { $0 + $1 }
  }

  /// Element-wise difference.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.zipped(with: right) { $0 - $1 }
  }

  /// Every element times a number.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public static func * (scale: Scalar, matrix: Matrix) -> Matrix {
    matrix.mapped { scale * $0 }
  }

  /// The matrix of f(a, b) over pairs of elements.
  ///
  /// - Precondition: equal shapes.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func zipped(with other: Matrix, _ combine: (Scalar, Scalar) -> Scalar) -> Matrix {
    precondition(rows == other.rows && columns == other.columns)
    let count = elements.count
    let combined = [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        buffer[index] = combine(elements[index], other.elements[index])
      }
      initialized = count
    }
    return Matrix(rows: rows, columns: columns, elements: combined)
  }

  /// The matrix of f(a) over elements.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func mapped(_ transform: (Scalar) -> Scalar) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(transform))
  }

  /// ‖A‖²_F, accumulated in `Double` in storage order.
  public var squaredFrobeniusNorm: Double {
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    get {
      var sum = 0.0
      elements.withUnsafeBufferPointer { buffer in
        for element in buffer { sum += Double(element) * Double(element) }
      }
      return sum
    }
  }

  /// ‖A‖_F, accumulated in `Double`.
  public var frobeniusNorm: Double { squaredFrobeniusNorm.squareRoot() }

  /// ⟨A, B⟩ = Σ a·b, accumulated in `Double` in storage order.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func innerProduct(_ other: Matrix) -> Double {
    precondition(rows == other.rows && columns == other.columns)
    var sum = 0.0
    for index in 0..<elements.count {
      sum += Double(elements[index]) * Double(other.elements[index])
    }
    return sum
  }

  /// Row and column of the first NaN or infinity, if there is one.
  public var firstNonFinite: (row: Int, column: Int)? {
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    get {
      elements.firstIndex { !$0.isFinite }.map { ($0 / columns, $0 % columns) }
    }
  }
}
