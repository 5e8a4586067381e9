import LinearAlgebra

/// a · b in float64, in eight partial sums: the order does not depend on the machine.
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
  var index = 0
  while index + 8 <= count {
    let x = left.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
    let y = right.loadUnaligned(fromByteOffset: index * 8, as: SIMD8<Double>.self)
    sums += x * y
    index += 8
  }
  var sum = sums.sum()
  while index < count {
    sum += a[index] * b[index]
    index += 1
  }
  return sum
}

/// a · b of two arrays of equal length.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  let count = a.count
  return a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
      return dot(a, b, count)
    }
  }
}

/// target ← target + scale · source.
func add(_ source: [Double], times scale: Double, to target: inout [Double]) {
  precondition(source.count == target.count)
  source.withUnsafeBufferPointer { source in
    target.withUnsafeMutableBufferPointer { target in
      for index in 0..<source.count { target[index] += scale * source[index] }
    }
  }
}

extension Matrix<Double> {
  /// V·Aᵀ: the products of every row of A with each vector of V, [vectors, columns].
  ///
  /// One vector goes through a plain loop, which reads A once; BLAS would first copy it.
  func rowProducts(_ vectors: [Double]) -> [Double] {
    guard vectors.count == columns else {
      let batch = Matrix(
        rows: vectors.count / max(columns, 1), columns: columns, elements: vectors)
      return batch.multiplied(self, .plain, .transposed).elements
    }
    return [Double](unsafeUninitializedCapacity: rows) { buffer, initialized in
      elements.withUnsafeBufferPointer { a in
        vectors.withUnsafeBufferPointer { x in
          guard let a = a.baseAddress, let x = x.baseAddress else {
            buffer.initialize(repeating: 0)
            return
          }
          for row in 0..<rows { buffer[row] = dot(a + row * columns, x, columns) }
        }
      }
      initialized = rows
    }
  }

  /// V·A: the combinations of the rows of A with each vector of coefficients, [vectors, rows].
  func combinations(_ coefficients: [Double]) -> [Double] {
    guard coefficients.count == rows else {
      let batch = Matrix(
        rows: coefficients.count / max(rows, 1), columns: rows, elements: coefficients)
      return (batch * self).elements
    }
    var result = [Double](repeating: 0, count: columns)
    result.withUnsafeMutableBufferPointer { target in
      elements.withUnsafeBufferPointer { source in
        for row in 0..<rows {
          let scale = coefficients[row]
          let start = row * columns
          for column in 0..<columns { target[column] += scale * source[start + column] }
        }
      }
    }
    return result
  }

  /// Multiplies row i by scales[i].
  mutating func scaleRows(_ scales: [Double]) {
    elements.withUnsafeMutableBufferPointer { buffer in
      for row in 0..<rows {
        for column in 0..<columns { buffer[row * columns + column] *= scales[row] }
      }
    }
  }

  /// Multiplies element (i, j) by scales[i]·scales[j].
  mutating func scaleSymmetrically(_ scales: [Double]) {
    elements.withUnsafeMutableBufferPointer { buffer in
      scales.withUnsafeBufferPointer { scales in
        for row in 0..<rows {
          let scale = scales[row]
          for column in 0..<columns { buffer[row * columns + column] *= scale * scales[column] }
        }
      }
    }
  }
}
