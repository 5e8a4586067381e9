/// Single-precision kernels of the forward pass on raw memory; each has a plain twin in the tests.
///
/// Sums run in sixteen lanes in a fixed order, so that equal inputs give equal bits.
package enum Kernel {
  /// Elements handled at once.
  package static let lanes = 16
  package typealias Lanes = SIMD16<Float>
  /// From so many weights on, 48 rows exceed what OpenBLAS counts as small: 10⁶ multiplications.
  private static let smallWeight = 1 << 15

  /// y ← x·Wᵀ for rows laid out by ``RowLayout``.
  ///
  /// - Parameters:
  ///   - x: [rows, inputs].
  ///   - rows: Rows, padding included.
  ///   - inputs: Width of x.
  ///   - weight: [outputs, inputs].
  ///   - outputs: Width of y.
  ///   - y: [rows, outputs].
  package static func linear(
    _ x: UnsafePointer<Float>, rows: Int, inputs: Int, weight: UnsafePointer<Float>, outputs: Int,
    to y: UnsafeMutablePointer<Float>
  ) {
    // OpenBLAS takes another path for small products, so those all get one height. The last tile
    // overlaps the one before; its rows keep their residue and with it their bits.
    let isSmall = inputs * outputs < smallWeight && rows % RowLayout.quantum == 0
    let height = isSmall ? min(rows, RowLayout.minimumRows) : rows
    guard height > 0 else { return }
    for start in stride(from: 0, to: rows, by: height) {
      let row = min(start, rows - height)
      Float.gemm(
        transposeA: false, transposeB: true, m: Int32(height), n: Int32(outputs), k: Int32(inputs),
        alpha: 1, a: x + row * inputs, lda: Int32(inputs), b: weight, ldb: Int32(inputs), beta: 0,
        c: y + row * outputs, ldc: Int32(outputs))
    }
  }

  /// target ← target + source.
  package static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    forEachLane(count) { index in
      store(load(target + index) + load(source + index), to: target + index)
    } rest: { index in
      target[index] += source[index]
    }
  }

  /// Calls `whole` for every full group of lanes and `rest` for the elements after them.
  @inline(__always)
  static func forEachLane(_ count: Int, _ whole: (Int) -> Void, rest: (Int) -> Void) {
    var index = 0
    while index + lanes <= count {
      whole(index)
      index += lanes
    }
    while index < count {
      rest(index)
      index += 1
    }
  }

  @inline(__always)
  static func load(_ pointer: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  static func store(_ value: Lanes, to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
  }
}
