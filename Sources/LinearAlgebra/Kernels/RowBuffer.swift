/// Rows of activations, [rows, width]; freed with the last reference.
package final class RowBuffer: @unchecked Sendable {
  /// Number of rows, padding included.
  package let rows: Int
  /// Numbers a row.
  package let width: Int
  /// Row-major elements.
  package let base: UnsafeMutablePointer<Float>

  /// Allocates zeros.
  package convenience init(rows: Int, width: Int) {
    self.init(unwrittenRows: rows, width: width)
    base.initialize(repeating: 0, count: rows * width)
  }

  /// Allocates rows that the caller writes before it reads them.
  package init(unwrittenRows rows: Int, width: Int) {
    self.rows = rows
    self.width = width
    base = .allocate(capacity: max(1, rows * width))
  }

  /// Copies another buffer.
  package convenience init(copying other: RowBuffer) {
    self.init(unwrittenRows: other.rows, width: other.width)
    base.update(from: other.base, count: rows * width)
  }

  deinit { base.deallocate() }

  /// The first element of a row.
  package func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * width }

  /// Adds another buffer of the same shape.
  package func add(_ other: RowBuffer) {
    precondition(other.rows == rows && other.width == width)
    Kernel.add(other.base, to: base, count: rows * width)
  }
}
