import Architecture
import LinearAlgebra

/// Keys and values of a segment in one layer, keys rotated: [tokens, H_kv·d_head] each.
struct KeyValues: Sendable {
  let keys: [Float]
  let values: [Float]
}

/// Causal attention of one segment over its sequence.
///
/// Queries are taken in blocks of 48 absolute positions and keys from the block where the window of
/// the first query begins, zeros where the segment has no token, so that a query's bits depend on
/// its position and on the tokens before it only.
struct Attention {
  let specification: AttentionSpecification
  let span: AttentionSpan
  /// Absolute position of the segment's first token.
  let start: Int
  /// Tokens of the segment.
  let count: Int
  /// Rotated queries, [count, H·d_head].
  let queries: UnsafePointer<Float>
  /// Keys and values of the sequence in order; the last are the segment's own.
  let history: [(keys: UnsafePointer<Float>, values: UnsafePointer<Float>, count: Int)]

  /// Positions of a block.
  static let block = 48

  private var end: Int { start + count }
  private var paddedEnd: Int { (end + Self.block - 1) / Self.block * Self.block }
  private var group: Int { specification.heads / specification.keyValueHeads }
  private var width: Int { specification.headWidth }

  /// Writes head outputs z, [count, H·d_head].
  ///
  /// - Parameters:
  ///   - z: Room for them.
  ///   - visitPattern: Sees, and may replace, the probabilities [H, T, T] of a segment that is a
  ///     whole sequence.
  func run(
    to z: UnsafeMutablePointer<Float>,
    visitPattern: ((UnsafeMutableBufferPointer<Float>) -> Void)? = nil
  ) {
    let blocks = start / Self.block...(end - 1) / Self.block
    guard let visitPattern else {
      for head in 0..<specification.keyValueHeads {
        let (keys, values) = gathered(head)
        for block in blocks { mix(probabilities(head, block, keys), head, block, values, to: z) }
      }
      return
    }
    let size = specification.heads * count * count
    let pattern = UnsafeMutableBufferPointer<Float>.allocate(capacity: size)
    pattern.initialize(repeating: 0)
    defer { pattern.deallocate() }
    for head in 0..<specification.keyValueHeads {
      let (keys, _) = gathered(head)
      for block in blocks { store(probabilities(head, block, keys), head, block, in: pattern) }
    }
    visitPattern(pattern)
    for head in 0..<specification.keyValueHeads {
      let (_, values) = gathered(head)
      for block in blocks { mix(stored(head, block, in: pattern), head, block, values, to: z) }
    }
  }

  // MARK: Blocks

  /// Keys that the queries of a block may see, in whole blocks.
  private func keyRange(_ block: Int) -> Range<Int> {
    let first: Int
    switch span {
    case .full: first = 0
    case .sliding(let window):
      first = max(0, block * Self.block - window + 1) / Self.block * Self.block
    }
    return first..<(block + 1) * Self.block
  }

  /// Positions of a block that belong to the segment.
  private func positions(_ block: Int) -> Range<Int> {
    max(start, block * Self.block)..<min(end, (block + 1) * Self.block)
  }

  /// One head's keys and values of all positions, zeros after the last, [paddedEnd, d_head].
  private func gathered(_ head: Int) -> (keys: RowBuffer, values: RowBuffer) {
    let keys = RowBuffer(rows: paddedEnd, width: width)
    let values = RowBuffer(rows: paddedEnd, width: width)
    let stride = specification.keyValueWidth
    var position = 0
    for part in history {
      for token in 0..<part.count {
        let offset = token * stride + head * width
        keys.row(position).update(from: part.keys + offset, count: width)
        values.row(position).update(from: part.values + offset, count: width)
        position += 1
      }
    }
    return (keys, values)
  }

  /// Probabilities of a block of queries of all heads that share keys, [group · 48, keys].
  private func probabilities(_ head: Int, _ block: Int, _ keys: RowBuffer) -> RowBuffer {
    let range = keyRange(block)
    let present = positions(block)
    let q = RowBuffer(rows: group * Self.block, width: width)
    for member in 0..<group {
      let offset = (head * group + member) * width
      for position in present {
        q.row(member * Self.block + position - block * Self.block).update(
          from: queries + (position - start) * specification.queryWidth + offset, count: width)
      }
    }
    let scores = RowBuffer(unwrittenRows: q.rows, width: range.count)
    Kernel.scores(
      q.base, rows: q.rows, width: width, keys: keys.row(range.lowerBound), keyStride: width,
      count: range.count, scale: 1 / Float(width).squareRoot(), to: scores.base,
      scoreStride: range.count)
    for member in 0..<group {
      for position in present {
        let row = scores.row(member * Self.block + position - block * Self.block)
        let first: Int
        switch span {
        case .full: first = 0
        case .sliding(let window): first = max(0, position - window + 1 - range.lowerBound)
        }
        for key in 0..<first { row[key] = -.infinity }
        for key in position + 1 - range.lowerBound..<range.count { row[key] = -.infinity }
        Kernel.softmax(row, count: range.count)
      }
    }
    return scores
  }

  private func mix(
    _ p: RowBuffer, _ head: Int, _ block: Int, _ values: RowBuffer,
    to z: UnsafeMutablePointer<Float>
  ) {
    let mixed = RowBuffer(unwrittenRows: p.rows, width: width)
    Kernel.mix(
      p.base, rows: p.rows, count: p.width, stride: p.width,
      values: values.row(keyRange(block).lowerBound), valueStride: width, width: width,
      to: mixed.base)
    for member in 0..<group {
      let offset = (head * group + member) * width
      for position in positions(block) {
        (z + (position - start) * specification.queryWidth + offset).update(
          from: mixed.row(member * Self.block + position - block * Self.block), count: width)
      }
    }
  }

  // MARK: Patterns

  private func forEachRow(
    _ head: Int, _ block: Int, _ body: (_ row: Int, _ pattern: Int, _ keys: Range<Int>) -> Void
  ) {
    let range = keyRange(block)
    for member in 0..<group {
      for position in positions(block) {
        body(
          member * Self.block + position - block * Self.block,
          ((head * group + member) * count + position) * count,
          range.lowerBound..<min(range.upperBound, count))
      }
    }
  }

  private func store(
    _ p: RowBuffer, _ head: Int, _ block: Int, in pattern: UnsafeMutableBufferPointer<Float>
  ) {
    forEachRow(head, block) { row, offset, keys in
      for key in keys { pattern[offset + key] = p.row(row)[key - keys.lowerBound] }
    }
  }

  private func stored(
    _ head: Int, _ block: Int, in pattern: UnsafeMutableBufferPointer<Float>
  ) -> RowBuffer {
    let p = RowBuffer(rows: group * Self.block, width: keyRange(block).count)
    forEachRow(head, block) { row, offset, keys in
      for key in keys { p.row(row)[key - keys.lowerBound] = pattern[offset + key] }
    }
    return p
  }
}
