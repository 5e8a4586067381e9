import Architecture
import LinearAlgebra

extension DecoderModel {
  /// Gradients of the log-likelihood of each request with respect to every tensor.
  ///
  /// Residual streams are kept, everything else is computed twice. Requests run alone, without
  /// shared prefixes, and in parts whose streams take 2 GiB; neither the parts nor the results depend
  /// on the number of threads.
  ///
  /// - Parameters:
  ///   - requests: Contexts and continuations.
  ///   - sink: Takes the gradients; a request has its number in `requests`.
  /// - Returns: The log-likelihood of each request, nats.
  /// - Throws: ``TransformerError``, `CheckpointError`, and what the sink throws.
  package func reversePass(
    _ requests: [TokenScoringRequest], into sink: any GradientSink
  ) throws -> [Double] {
    let row = 4 * specification.width * (specification.layerCount + 1)
    var parts: [Range<Int>] = []
    var (start, tokens) = (0, 0)
    for (index, request) in requests.enumerated() {
      guard let last = request.continuation.last, !request.context.isEmpty else {
        throw TransformerError.emptySequence
      }
      guard (0..<specification.vocabularySize).contains(last) else {
        throw TransformerError.unknownToken(last, vocabulary: specification.vocabularySize)
      }
      tokens += request.context.count + request.continuation.count
      if tokens * row > 1 << 31, index > start {
        parts.append(start..<index)
        (start, tokens) = (index, request.context.count + request.continuation.count)
      }
    }
    parts.append(start..<requests.count)
    return try parts.flatMap { part in
      try ReversePass(self, Array(requests[part]), Numbered(sink: sink, first: part.lowerBound))
        .run()
    }
  }
}

/// A sink of a part of the requests.
private struct Numbered: GradientSink {
  let sink: any GradientSink
  let first: Int

  func collect(
    _ tensor: String, _ gradient: RowBuffer, _ use: TensorUse, _ rows: [RequestRows]
  ) throws {
    let numbered = rows.map { RequestRows(request: first + $0.request, rows: $0.rows) }
    try sink.collect(tensor, gradient, use, numbered)
  }
}

/// One pass forward and back.
private struct ReversePass {
  private let model: DecoderModel
  private let requests: [TokenScoringRequest]
  private let sink: any GradientSink
  private let batch: PackedBatch
  private let shards: [PackedBatch.Shard]

  private var specification: DecoderSpecification { model.specification }
  private static let embeddingName = "model.embed_tokens.weight"

  /// Shards are laid out for so many threads, whatever the machine has.
  private static let layoutThreads = 16
  /// Logits that are in memory at once on each thread, 32 MB; a sink may need as much again.
  private static let chunkLogits = 1 << 23

  init(_ model: DecoderModel, _ requests: [TokenScoringRequest], _ sink: any GradientSink) throws {
    var packing = model
    packing.threads = Self.layoutThreads
    self.model = model
    self.requests = requests
    self.sink = sink
    batch = try packing.pack(
      requests.map { $0.context + $0.continuation.dropLast() }, shares: false)
    shards = batch.levels.first ?? []
  }

  func run() throws -> [Double] {
    guard !requests.isEmpty else { return [] }
    var streams = [try model.embedded(batch)]
    for layer in 0..<specification.layerCount {
      streams.append(try model.advanced(streams[layer], of: batch, to: layer + 1))
    }
    var likelihoods = [Double](repeating: 0, count: requests.count)
    var gradients: [RowBuffer] = []
    for (gradient, found) in try output(streams[specification.layerCount].levels[0]) {
      gradients.append(gradient)
      for (request, likelihood) in found { likelihoods[request] = likelihood }
    }
    let rotary = RotaryTables(specification, lengths: batch.tree.segments.map(\.end))
    for layer in (0..<specification.layerCount).reversed() {
      let pass = BlockReversePass(
        layer: layer, specification: specification, table: model.weights,
        weights: try BlockWeights(
          layer: layer, model.weights, model.store, threads: model.threads),
        batch: batch, rotary: rotary, sink: sink)
      let (inputs, outer) = (streams[layer].levels[0], gradients)
      gradients = try concurrentMap(shards.count, threads: model.threads) {
        try pass.run(shards[$0], inputs[$0], outer[$0])
      }
      streams.removeLast()
    }
    let embedded = gradients
    _ = try concurrentMap(shards.count, threads: model.threads) { number in
      try sink.collect(
        Self.embeddingName, embedded[number], .rows(tokens(of: shards[number])),
        shards[number].requestRows(of: batch))
    }
    return likelihoods
  }

  /// The token of every row, −1 between sequences.
  private func tokens(of shard: PackedBatch.Shard) -> [Int] {
    var tokens = Array(repeating: -1, count: shard.rows)
    for (index, row) in shard.segments {
      for (offset, token) in batch.tree.segments[index].tokens.enumerated() {
        tokens[row + offset] = token
      }
    }
    return tokens
  }

  // MARK: Output

  /// Gradients at the final residual streams, and log-likelihoods by request.
  private func output(_ streams: [RowBuffer]) throws -> [(RowBuffer, [(Int, Double)])] {
    let unembedding = try model.store.elements(model.unembeddingName)
    let norm = try model.store.elements("model.norm.weight")
    return try concurrentMap(shards.count, threads: model.threads) { number in
      let gradient = RowBuffer(rows: shards[number].rows, width: specification.width)
      var likelihoods: [(Int, Double)] = []
      for (request, row) in shards[number].segments {
        let likelihood = try output(
          of: request, streams[number].row(row), unembedding, norm, to: gradient.row(row))
        likelihoods.append((request, likelihood))
      }
      return (gradient, likelihoods)
    }
  }

  /// Log-likelihood of one request, and its gradient at the residual stream of its rows.
  private func output(
    of request: Int, _ stream: UnsafeMutablePointer<Float>, _ unembedding: [Float],
    _ norm: [Float], to gradient: UnsafeMutablePointer<Float>
  ) throws -> Double {
    let width = specification.width
    let targets = requests[request].continuation
    let first = requests[request].context.count - 1
    let most = max(1, Self.chunkLogits / specification.vocabularySize)
    var likelihood = 0.0
    for start in stride(from: 0, to: targets.count, by: most) {
      let chunk = start..<min(start + most, targets.count)
      let offset = (first + start) * width
      let rows = [RequestRows(request: request, rows: 0..<chunk.count)]
      let unit = RowBuffer(unwrittenRows: chunk.count, width: width)
      for row in 0..<chunk.count {
        Kernel.normalize(
          stream + offset + row * width, count: width, epsilon: specification.normEpsilon,
          to: unit.row(row))
      }
      let states = RowBuffer(copying: unit)
      for row in 0..<chunk.count { Kernel.scale(states.row(row), by: norm, count: width) }
      let (logits, found) = gradientOfLogits(states, unembedding, Array(targets[chunk]))
      likelihood += found
      try sink.collect(model.unembeddingName, logits, .linear(states), rows)
      Kernel.linearGradient(
        logits.base, rows: chunk.count, outputs: specification.vocabularySize,
        weight: unembedding, inputs: width, to: states.base)
      try sink.collect("model.norm.weight", states, .scaled(unit), rows)
      for row in 0..<chunk.count {
        Kernel.scale(states.row(row), by: norm, count: width)
        Kernel.addNormalizationGradient(
          states.row(row), of: stream + offset + row * width, count: width,
          epsilon: specification.normEpsilon, to: gradient + offset + row * width)
      }
    }
    return likelihood
  }

  /// ∂ log p(target) / ∂ logits = onehot − softmax of every row, and Σ log p.
  private func gradientOfLogits(
    _ states: RowBuffer, _ unembedding: [Float], _ targets: [Int]
  ) -> (RowBuffer, Double) {
    let vocabulary = specification.vocabularySize
    let logits = RowBuffer(unwrittenRows: states.rows, width: vocabulary)
    Kernel.linear(
      states.base, rows: states.rows, inputs: states.width, weight: unembedding,
      outputs: vocabulary, to: logits.base)
    var likelihood = 0.0
    for (row, target) in targets.enumerated() {
      let values = logits.row(row)
      let total = Kernel.logSumExp(values, count: vocabulary)
      likelihood += Double(values[target]) - total
      Kernel.negateExponentials(values, minus: Float(total), count: vocabulary)
      values[target] += 1
    }
    return (logits, likelihood)
  }
}
