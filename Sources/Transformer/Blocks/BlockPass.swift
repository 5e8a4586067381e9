import Architecture
import LinearAlgebra

/// One block on one shard of a batch.
///
/// The order of operations is `transformers`': x += o(attention(norm(x))), x += down(silu(gate) ⊙
/// up), each linear map with its input at hand, so that a vector–Jacobian twin can stand beside it.
struct BlockPass {
  let layer: Int
  let specification: DecoderSpecification
  let weights: BlockWeights
  let batch: PackedBatch
  let rotary: RotaryTables
  let observer: (any ForwardObserver)?

  /// The residual stream after the block, and keys and values that other segments need.
  ///
  /// - Parameters:
  ///   - shard: The rows.
  ///   - input: The residual stream before the block.
  ///   - ancestors: Keys and values of the segments before those of the shard.
  ///   - keepsAll: Whether keys and values are returned that no segment of the batch needs.
  ///   - selection: The rows that are wanted of the result, if not all; what follows attention is
  ///     computed for these. Nothing is observed then.
  /// - Returns: The residual stream of the shard or of the selection, and keys and values.
  func run(
    _ shard: PackedBatch.Shard, _ input: RowBuffer, ancestors: [Int: KeyValues],
    keepsAll: Bool = false, selection: RowSelection? = nil
  ) -> (stream: RowBuffer, kept: [Int: KeyValues]) {
    var x = RowBuffer(copying: input)
    visit(.residualPre, x, shard)

    var (z, kept) = attention(x, shard, ancestors, keepsAll)
    if let selection {
      precondition(observer == nil)
      (x, z) = (selection.gathered(x), selection.gathered(z))
    }
    let attended = weights.output(z)
    visit(.attentionOut, attended, shard)
    x.add(attended)
    visit(.residualMid, x, shard)

    let added = feedForward(x, shard)
    visit(.feedForwardOut, added, shard)
    x.add(added)
    visit(.residualPost, x, shard)
    return (x, kept)
  }

  // MARK: Attention

  private func attention(
    _ x: RowBuffer, _ shard: PackedBatch.Shard, _ ancestors: [Int: KeyValues], _ keepsAll: Bool
  ) -> (z: RowBuffer, kept: [Int: KeyValues]) {
    let normalized = norm(x, weights.attentionNorm, .attentionNormalized, shard)
    let q = weights.query(normalized)
    let k = weights.key(normalized)
    let v = weights.value(normalized)
    visit(.queries, q, shard)
    visit(.keys, k, shard)
    visit(.values, v, shard)
    if let queryNorm = weights.queryNorm { normalizeHeads(q, queryNorm) }
    if let keyNorm = weights.keyNorm { normalizeHeads(k, keyNorm) }
    rotate(q, shard)
    rotate(k, shard)
    visit(.rotatedQueries, q, shard)
    visit(.rotatedKeys, k, shard)

    let z = RowBuffer(rows: x.rows, width: specification.attention.queryWidth)
    var kept: [Int: KeyValues] = [:]
    for (index, row) in shard.segments {
      attend(index, row, q, k, v, ancestors, to: z)
      if keepsAll || batch.hasChildren[index] {
        let size = batch.tree.segments[index].tokens.count * k.width
        kept[index] = KeyValues(
          keys: Array(UnsafeBufferPointer(start: k.row(row), count: size)),
          values: Array(UnsafeBufferPointer(start: v.row(row), count: size)))
      }
    }
    visit(.headOutputs, z, shard)
    return (z, kept)
  }

  private func attend(
    _ index: Int, _ row: Int, _ q: RowBuffer, _ k: RowBuffer, _ v: RowBuffer,
    _ ancestors: [Int: KeyValues], to z: RowBuffer
  ) {
    let segment = batch.tree.segments[index]
    let before = batch.tree.chain(to: index).dropLast().compactMap { ancestors[$0] }
    withPointers(before[...]) { history in
      let attention = Attention(
        specification: specification.attention, span: specification.attentionSpans[layer],
        start: segment.start, count: segment.tokens.count, queries: UnsafePointer(q.row(row)),
        history: history + [
          (UnsafePointer(k.row(row)), UnsafePointer(v.row(row)), segment.tokens.count)
        ])
      let site = Site(.pattern, layer: layer)
      guard let observer, observer.observes(site) else { return attention.run(to: z.row(row)) }
      let count = segment.tokens.count
      attention.run(to: z.row(row)) { pattern in
        observer.visit(
          site,
          of: SiteActivations(
            sequence: index, shape: [specification.attention.heads, count, count],
            elements: pattern))
      }
    }
  }

  /// Calls `body` with pointers to several arrays at once.
  private func withPointers(
    _ parts: ArraySlice<KeyValues>,
    _ body: ([(keys: UnsafePointer<Float>, values: UnsafePointer<Float>, count: Int)]) -> Void
  ) {
    guard let first = parts.first else { return body([]) }
    first.keys.withUnsafeBufferPointer { keys in
      first.values.withUnsafeBufferPointer { values in
        withPointers(parts.dropFirst()) { rest in
          guard let k = keys.baseAddress, let v = values.baseAddress else { return body(rest) }
          body([(k, v, keys.count / specification.attention.keyValueWidth)] + rest)
        }
      }
    }
  }

  private func normalizeHeads(_ rows: RowBuffer, _ weight: [Float]) {
    let width = specification.attention.headWidth
    for offset in stride(from: 0, to: rows.rows * rows.width, by: width) {
      let head = rows.base + offset
      Kernel.normalize(head, count: width, epsilon: specification.normEpsilon, to: head)
      Kernel.scale(head, by: weight, count: width)
    }
  }

  private func rotate(_ rows: RowBuffer, _ shard: PackedBatch.Shard) {
    let width = specification.attention.headWidth
    for (index, row) in shard.segments {
      let segment = batch.tree.segments[index]
      let table = rotary.table(forLength: segment.end)
      for token in 0..<segment.tokens.count {
        table.withRow(segment.start + token) { cosine, sine in
          for head in stride(from: 0, to: rows.width, by: width) {
            Kernel.rotate(
              rows.row(row + token) + head, half: table.half, cosine: cosine, sine: sine)
          }
        }
      }
    }
  }

  // MARK: MLP

  private func feedForward(_ x: RowBuffer, _ shard: PackedBatch.Shard) -> RowBuffer {
    let normalized = norm(x, weights.feedForwardNorm, .feedForwardNormalized, shard)
    let gate = weights.gate(normalized)
    let up = weights.up(normalized)
    visit(.gate, gate, shard)
    visit(.up, up, shard)
    Kernel.gate(gate.base, up.base, count: gate.rows * gate.width)
    visit(.neurons, gate, shard)
    return weights.down(gate)
  }

  // MARK: Parts

  private func norm(
    _ x: RowBuffer, _ weight: [Float], _ point: Site.Point, _ shard: PackedBatch.Shard
  ) -> RowBuffer {
    let y = RowBuffer(unwrittenRows: x.rows, width: x.width)
    for row in 0..<x.rows {
      Kernel.normalize(
        x.row(row), count: x.width, epsilon: specification.normEpsilon, to: y.row(row))
    }
    visit(point, y, shard)
    for row in 0..<x.rows { Kernel.scale(y.row(row), by: weight, count: x.width) }
    return y
  }

  private func visit(_ point: Site.Point, _ rows: RowBuffer, _ shard: PackedBatch.Shard) {
    guard let observer else { return }
    let site = Site(point, layer: layer)
    guard observer.observes(site) else { return }
    observer.visit(site, rows, shard, batch)
  }
}

extension ForwardObserver {
  /// Visits the rows of every sequence of a shard.
  func visit(_ site: Site, _ rows: RowBuffer, _ shard: PackedBatch.Shard, _ batch: PackedBatch) {
    for (index, row) in shard.segments {
      let count = batch.tree.segments[index].tokens.count
      visit(
        site,
        of: SiteActivations(
          sequence: index, shape: [count, rows.width],
          elements: UnsafeMutableBufferPointer(start: rows.row(row), count: count * rows.width)))
    }
  }
}
