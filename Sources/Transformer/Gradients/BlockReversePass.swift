import Architecture
import LinearAlgebra

/// The vector–Jacobian twin of ``BlockPass`` on one shard of whole sequences.
///
/// The block is run again from its input, so that only residual streams are kept between passes.
struct BlockReversePass {
  let layer: Int
  let specification: DecoderSpecification
  let table: WeightTable
  let weights: BlockWeights
  let batch: PackedBatch
  let rotary: RotaryTables
  let sink: any GradientSink

  /// What a block computes on its way, as far as gradients need it.
  private struct Activations {
    /// Normalised residual stream without and with the norm's weight.
    let attentionUnit, attentionInput: RowBuffer
    /// Queries and keys as projected; nil where no norm follows.
    let plainQueries, plainKeys: RowBuffer?
    /// The same normalised per head, without the weight.
    let unitQueries, unitKeys: RowBuffer?
    /// Rotated.
    let queries, keys: RowBuffer
    let values: RowBuffer
    let heads: RowBuffer
    /// The residual stream between attention and MLP.
    let middle: RowBuffer
    let feedForwardUnit, feedForwardInput: RowBuffer
    let gate, up, neurons: RowBuffer
  }

  /// The gradient before the block from that after it, [rows, width].
  ///
  /// - Parameters:
  ///   - shard: Whole sequences.
  ///   - input: The residual stream before the block.
  ///   - gradient: The gradient after the block; 0 in rows of no token.
  /// - Returns: A new buffer.
  /// - Throws: What the sink throws.
  func run(_ shard: PackedBatch.Shard, _ input: RowBuffer, _ gradient: RowBuffer) throws
    -> RowBuffer
  {
    let found = forward(shard, input)
    let rows = shard.requestRows(of: batch)
    let middle = try feedForward(found, gradient, rows)
    return try attention(found, input, middle, shard, rows)
  }

  // MARK: Forward

  private func forward(_ shard: PackedBatch.Shard, _ input: RowBuffer) -> Activations {
    let attentionUnit = normalized(input)
    let attentionInput = scaled(attentionUnit, weights.attentionNorm)
    let plainQueries = weights.query(attentionInput)
    let plainKeys = weights.key(attentionInput)
    let values = weights.value(attentionInput)
    let unitQueries = weights.queryNorm.map { _ in unitHeads(plainQueries) }
    let unitKeys = weights.keyNorm.map { _ in unitHeads(plainKeys) }
    let queries = weighted(unitQueries, weights.queryNorm) ?? RowBuffer(copying: plainQueries)
    let keys = weighted(unitKeys, weights.keyNorm) ?? RowBuffer(copying: plainKeys)
    turn(queries, shard, Kernel.rotate)
    turn(keys, shard, Kernel.rotate)
    let heads = RowBuffer(rows: input.rows, width: specification.attention.queryWidth)
    for (index, row) in shard.segments {
      let count = batch.tree.segments[index].tokens.count
      Attention(
        specification: specification.attention, span: specification.attentionSpans[layer],
        start: 0, count: count, queries: queries.row(row),
        history: [(UnsafePointer(keys.row(row)), UnsafePointer(values.row(row)), count)]
      ).run(to: heads.row(row))
    }
    let middle = weights.output(heads)
    middle.add(input)
    let feedForwardUnit = normalized(middle)
    let feedForwardInput = scaled(feedForwardUnit, weights.feedForwardNorm)
    let (gate, up) = (weights.gate(feedForwardInput), weights.up(feedForwardInput))
    let neurons = RowBuffer(copying: gate)
    Kernel.gate(neurons.base, up.base, count: gate.rows * gate.width)
    return Activations(
      attentionUnit: attentionUnit, attentionInput: attentionInput,
      plainQueries: unitQueries == nil ? nil : plainQueries,
      plainKeys: unitKeys == nil ? nil : plainKeys, unitQueries: unitQueries, unitKeys: unitKeys,
      queries: queries, keys: keys, values: values, heads: heads, middle: middle,
      feedForwardUnit: feedForwardUnit, feedForwardInput: feedForwardInput, gate: gate, up: up,
      neurons: neurons)
  }

  // MARK: Reverse

  /// The gradient between attention and MLP.
  private func feedForward(_ found: Activations, _ gradient: RowBuffer, _ rows: [RequestRows])
    throws -> RowBuffer
  {
    let neurons = try carried(.down, weights.down, gradient, found.neurons, rows)
    // Gate and up are not needed again: their gradients take their place.
    Kernel.gateGradient(
      found.gate.base, found.up.base, neurons.base, count: neurons.rows * neurons.width)
    let inner = try carried(.gate, weights.gate, found.gate, found.feedForwardInput, rows)
    inner.add(try carried(.up, weights.up, found.up, found.feedForwardInput, rows))
    return try throughNorm(
      .feedForwardNorm, weights.feedForwardNorm, inner, unit: found.feedForwardUnit,
      of: found.middle, addedTo: gradient, rows)
  }

  private func attention(
    _ found: Activations, _ input: RowBuffer, _ gradient: RowBuffer, _ shard: PackedBatch.Shard,
    _ rows: [RequestRows]
  ) throws -> RowBuffer {
    let heads = try carried(.output, weights.output, gradient, found.heads, rows)
    let queries = RowBuffer(rows: heads.rows, width: found.queries.width)
    let keys = RowBuffer(rows: heads.rows, width: found.keys.width)
    let values = RowBuffer(rows: heads.rows, width: found.values.width)
    for (index, row) in shard.segments {
      AttentionGradient(
        specification: specification.attention, span: specification.attentionSpans[layer],
        count: batch.tree.segments[index].tokens.count, queries: found.queries.row(row),
        keys: found.keys.row(row), values: found.values.row(row)
      ).run(
        heads.row(row), toQueries: queries.row(row), keys: keys.row(row), values: values.row(row))
    }
    turn(queries, shard, Kernel.rotateBack)
    turn(keys, shard, Kernel.rotateBack)
    let plainQueries = try throughHeadNorm(
      .queryNorm, weights.queryNorm, queries, found.unitQueries, found.plainQueries, rows)
    let plainKeys = try throughHeadNorm(
      .keyNorm, weights.keyNorm, keys, found.unitKeys, found.plainKeys, rows)
    let inner = try carried(.query, weights.query, plainQueries, found.attentionInput, rows)
    inner.add(try carried(.key, weights.key, plainKeys, found.attentionInput, rows))
    inner.add(try carried(.value, weights.value, values, found.attentionInput, rows))
    return try throughNorm(
      .attentionNorm, weights.attentionNorm, inner, unit: found.attentionUnit, of: input,
      addedTo: gradient, rows)
  }

  /// The gradient at a linear map's input; shows weight and bias to the sink.
  private func carried(
    _ role: WeightRole, _ map: LinearMap, _ gradient: RowBuffer, _ input: RowBuffer,
    _ rows: [RequestRows]
  ) throws -> RowBuffer {
    try collect(role, gradient, .linear(input), rows)
    try collect(role, isBias: true, gradient, .added, rows)
    return map.vectorJacobian(gradient)
  }

  /// A copy of the residual stream's gradient plus what comes through a norm.
  private func throughNorm(
    _ role: WeightRole, _ weight: [Float], _ inner: RowBuffer, unit: RowBuffer, of x: RowBuffer,
    addedTo outer: RowBuffer, _ rows: [RequestRows]
  ) throws -> RowBuffer {
    try collect(role, inner, .scaled(unit), rows)
    let result = RowBuffer(copying: outer)
    for row in 0..<x.rows {
      Kernel.scale(inner.row(row), by: weight, count: x.width)
      Kernel.addNormalizationGradient(
        inner.row(row), of: x.row(row), count: x.width, epsilon: specification.normEpsilon,
        to: result.row(row))
    }
    return result
  }

  /// The gradient at projected queries or keys, through the norm of every head if there is one.
  private func throughHeadNorm(
    _ role: WeightRole, _ weight: [Float]?, _ gradient: RowBuffer, _ unit: RowBuffer?,
    _ plain: RowBuffer?, _ rows: [RequestRows]
  ) throws -> RowBuffer {
    guard let weight, let unit, let plain else { return gradient }
    try collect(role, gradient, .scaled(unit), rows)
    let result = RowBuffer(rows: gradient.rows, width: gradient.width)
    forEachHead(of: gradient) { offset, width in
      Kernel.scale(gradient.base + offset, by: weight, count: width)
      Kernel.addNormalizationGradient(
        gradient.base + offset, of: plain.base + offset, count: width,
        epsilon: specification.normEpsilon, to: result.base + offset)
    }
    return result
  }

  private func collect(
    _ role: WeightRole, isBias: Bool = false, _ gradient: RowBuffer, _ use: TensorUse,
    _ rows: [RequestRows]
  ) throws {
    guard let entry = table.entry(role, layer: layer, isBias: isBias) else { return }
    try sink.collect(entry.name, gradient, use, rows)
  }

  // MARK: Parts

  private func normalized(_ x: RowBuffer) -> RowBuffer {
    let unit = RowBuffer(unwrittenRows: x.rows, width: x.width)
    for row in 0..<x.rows {
      Kernel.normalize(
        x.row(row), count: x.width, epsilon: specification.normEpsilon, to: unit.row(row))
    }
    return unit
  }

  private func scaled(_ unit: RowBuffer, _ weight: [Float]) -> RowBuffer {
    let result = RowBuffer(copying: unit)
    for row in 0..<unit.rows { Kernel.scale(result.row(row), by: weight, count: unit.width) }
    return result
  }

  private func unitHeads(_ rows: RowBuffer) -> RowBuffer {
    let unit = RowBuffer(unwrittenRows: rows.rows, width: rows.width)
    forEachHead(of: rows) { offset, width in
      Kernel.normalize(
        rows.base + offset, count: width, epsilon: specification.normEpsilon,
        to: unit.base + offset)
    }
    return unit
  }

  private func weighted(_ unit: RowBuffer?, _ weight: [Float]?) -> RowBuffer? {
    guard let unit, let weight else { return nil }
    let result = RowBuffer(copying: unit)
    forEachHead(of: result) { offset, width in
      Kernel.scale(result.base + offset, by: weight, count: width)
    }
    return result
  }

  private func forEachHead(of rows: RowBuffer, _ body: (_ offset: Int, _ width: Int) -> Void) {
    let width = specification.attention.headWidth
    for offset in stride(from: 0, to: rows.rows * rows.width, by: width) { body(offset, width) }
  }

  /// Turns every head of every token by its position.
  private func turn(
    _ rows: RowBuffer, _ shard: PackedBatch.Shard,
    _ rotation: (
      UnsafeMutablePointer<Float>, Int, UnsafePointer<Float>, UnsafePointer<Float>
    ) -> Void
  ) {
    let width = specification.attention.headWidth
    for (index, row) in shard.segments {
      let count = batch.tree.segments[index].tokens.count
      let table = rotary.table(forLength: count)
      for token in 0..<count {
        table.withRow(token) { cosine, sine in
          for head in stride(from: 0, to: rows.width, by: width) {
            rotation(rows.row(row + token) + head, table.half, cosine, sine)
          }
        }
      }
    }
  }
}

extension LinearMap {
  /// ∂S/∂x of every row from ∂S/∂y: g·W.
  func vectorJacobian(_ gradient: RowBuffer) -> RowBuffer {
    let result = RowBuffer(unwrittenRows: gradient.rows, width: inputs)
    Kernel.linearGradient(
      gradient.base, rows: gradient.rows, outputs: outputs, weight: weight, inputs: inputs,
      to: result.base)
    return result
  }
}

extension PackedBatch.Shard {
  /// The rows of every sequence, for shards of whole sequences.
  func requestRows(of batch: PackedBatch) -> [RequestRows] {
    segments.map { index, row in
      RequestRows(request: index, rows: row..<row + batch.tree.segments[index].tokens.count)
    }
  }
}
