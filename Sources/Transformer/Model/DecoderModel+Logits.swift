import Architecture
import LinearAlgebra

extension DecoderModel {
  /// The name of the matrix that turns the last hidden state into logits.
  var unembeddingName: String {
    specification.tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"
  }

  /// Logits of every token of every sequence, [T, V] each.
  ///
  /// - Throws: ``TransformerError``, `CheckpointError`.
  public func logits(
    _ sequences: [[Int]], observer: (any ForwardObserver)? = nil
  ) throws -> [Matrix<Float>] {
    let batch = try pack(sequences, shares: observer == nil)
    let streams = try advanced(
      embedded(batch, observer), of: batch, to: specification.layerCount, observer: observer)
    let wanted = sequences.indices.flatMap { sequence in
      sequences[sequence].indices.map { (sequence: sequence, position: $0) }
    }
    let output = OutputRows(wanted, of: batch)
    let states: RowBuffer
    if let observer {
      states = try output.gathered(
        observedFinal(streams, batch, observer), width: specification.width)
    } else {
      states = try normalized(output.gathered(streams, width: specification.width))
    }
    let chunks = try mapChunks(states, output) { $1 }
    // The block's rows, wherever they lie.
    let rows = chunks.flatMap { chunk in (0..<chunk.rows).map { (chunk, $0) } }
    let starts = sequences.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let vocabulary = specification.vocabularySize
    return try concurrentMap(sequences.count, threads: threads) { sequence in
      let size = sequences[sequence].count * vocabulary
      let elements = [Float](unsafeUninitializedCapacity: size) { buffer, count in
        for (offset, index) in (starts[sequence]..<starts[sequence + 1]).enumerated() {
          let (chunk, row) = rows[output.indices[index]]
          let target = UnsafeMutableBufferPointer(
            rebasing: buffer[offset * vocabulary..<(offset + 1) * vocabulary])
          _ = target.initialize(
            fromContentsOf: UnsafeBufferPointer(start: chunk.row(row), count: vocabulary))
        }
        count = size
      }
      return Matrix(rows: sequences[sequence].count, columns: vocabulary, elements: elements)
    }
  }

  /// The final RMSNorm of gathered rows.
  func normalized(_ rows: RowBuffer) throws -> RowBuffer {
    let weight = try store.elements("model.norm.weight")
    for row in 0..<rows.rows {
      Kernel.normalize(
        rows.row(row), count: rows.width, epsilon: specification.normEpsilon, to: rows.row(row))
      Kernel.scale(rows.row(row), by: weight, count: rows.width)
    }
    return rows
  }

  /// Calls `body` with the logits, [V], of every gathered row, on several threads.
  ///
  /// - Returns: The results in the order of rows.
  func mapLogits<Result: Sendable>(
    _ states: RowBuffer, _ output: OutputRows,
    _ body: @Sendable (_ row: Int, _ logits: UnsafePointer<Float>) -> Result
  ) throws -> [Result] {
    try mapChunks(states, output) { rows, logits in
      rows.map { body($0, logits.row($0 - rows.lowerBound)) }
    }.flatMap { $0 }
  }

  /// Calls `body` with the logits of chunks of gathered rows, on several threads.
  private func mapChunks<Result: Sendable>(
    _ states: RowBuffer, _ output: OutputRows,
    _ body: @Sendable (_ rows: Range<Int>, _ logits: RowBuffer) -> Result
  ) throws -> [Result] {
    let unembedding = try store.elements(unembeddingName)
    let vocabulary = specification.vocabularySize
    let chunks = output.chunks(vocabulary: vocabulary, threads: threads)
    return try concurrentMap(chunks.count, threads: threads) { number in
      let rows = chunks[number]
      let logits = RowBuffer(unwrittenRows: rows.count, width: vocabulary)
      Kernel.linear(
        states.row(rows.lowerBound), rows: rows.count, inputs: states.width, weight: unembedding,
        outputs: vocabulary, to: logits.base)
      return body(rows, logits)
    }
  }

  /// The final RMSNorm of every row, with the sites before and after its weight.
  func observedFinal(
    _ streams: ResidualStreams, _ batch: PackedBatch, _ observer: any ForwardObserver
  ) throws -> ResidualStreams {
    let weight = try store.elements("model.norm.weight")
    let levels = zip(streams.levels, batch.levels).map { buffers, shards in
      zip(buffers, shards).map { buffer, shard in
        let rows = RowBuffer(copying: buffer)
        for row in 0..<rows.rows {
          Kernel.normalize(
            rows.row(row), count: rows.width, epsilon: specification.normEpsilon,
            to: rows.row(row))
        }
        if observer.observes(Site(.finalNormalized)) {
          observer.visit(Site(.finalNormalized), rows, shard, batch)
        }
        for row in 0..<rows.rows { Kernel.scale(rows.row(row), by: weight, count: rows.width) }
        if observer.observes(Site(.finalOut)) {
          observer.visit(Site(.finalOut), rows, shard, batch)
        }
        return rows
      }
    }
    return ResidualStreams(layer: streams.layer, levels: levels)
  }

  /// Activations of every sequence at some sites; layers above the last site are not run.
  ///
  /// - Returns: One dictionary a sequence; [T, width] each, [H, T, T] for patterns.
  /// - Throws: ``TransformerError``, `CheckpointError`.
  public func activations(_ sequences: [[Int]], at sites: [Site]) throws -> [[Site: Activations]] {
    let batch = try pack(sequences, shares: false)
    let recorder = SiteRecorder(sites)
    let needsFinal = sites.contains { !$0.point.isInBlock && $0.point != .embedding }
    let last =
      needsFinal ? specification.layerCount : (sites.compactMap(\.layer).max() ?? -1) + 1
    let streams = try advanced(
      embedded(batch, recorder), of: batch, to: last, observer: recorder)
    if needsFinal { _ = try observedFinal(streams, batch, recorder) }
    return sequences.indices.map { sequence in
      Dictionary(
        sites.compactMap { site in recorder[site, sequence].map { (site, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
  }
}
