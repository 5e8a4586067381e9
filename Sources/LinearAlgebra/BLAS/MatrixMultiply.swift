/// Whether an operand of a product is used as it is or transposed.
public enum Operand: Sendable {
  /// As stored.
  case plain
  /// Transposed.
  case transposed
}

extension Matrix {
  /// The product op(A)·op(B), one BLAS call on one thread.
  ///
  ///     let projected = u.multiplied(u.multiplied(delta, .transposed, .plain))   // U Uᵀ Δ
  ///
  /// - Precondition: the inner sizes agree and every size fits in 32 bits.
  /// - Numerics: accumulates in `Scalar`, in the order of OpenBLAS' kernel for this CPU.
  public func multiplied(
    _ other: Matrix, _ operand: Operand = .plain, _ otherOperand: Operand = .plain
  ) -> Matrix {
    let m = operand == .plain ? rows : columns
    let k = operand == .plain ? columns : rows
    let n = otherOperand == .plain ? other.columns : other.rows
    precondition(k == (otherOperand == .plain ? other.rows : other.columns))
    guard m > 0, n > 0, k > 0 else { return Matrix(rows: m, columns: n) }
    var result = Matrix(rows: m, columns: n)
    elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
        result.elements.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          Scalar.gemm(
            transposeA: operand == .transposed, transposeB: otherOperand == .transposed,
            m: Int32(m), n: Int32(n), k: Int32(k), alpha: 1, a: a, lda: Int32(columns), b: b,
            ldb: Int32(other.columns), beta: 0, c: c, ldc: Int32(n))
        }
      }
    }
    return result
  }

  /// A·B.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    left.multiplied(right)
  }

  /// The Gram matrix: A·Aᵀ of shape [m, m] (`.plain`) or Aᵀ·A of shape [n, n] (`.transposed`).
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func gram(_ operand: Operand = .plain) -> Matrix {
    let size = operand == .plain ? rows : columns
    let depth = operand == .plain ? columns : rows
    var result = Matrix(rows: size, columns: size)
    guard size > 0, depth > 0 else { return result }
    elements.withUnsafeBufferPointer { a in
      result.elements.withUnsafeMutableBufferPointer { c in
        guard let a = a.baseAddress, let c = c.baseAddress else { return }
        Scalar.syrk(
          transpose: operand == .transposed, n: Int32(size), k: Int32(depth), alpha: 1, a: a,
          lda: Int32(columns), c: c, ldc: Int32(size))
        for row in 0..<size {
          for column in 0..<row { c[row * size + column] = c[column * size + row] }
        }
      }
    }
    return result
  }
}
