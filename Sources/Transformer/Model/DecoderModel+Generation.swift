import Architecture
import Foundation
import LinearAlgebra

/// A context to be continued.
public struct TokenGenerationRequest: Sendable {
  /// The tokens to continue, at least one.
  public var context: [Int]
  /// The most tokens that are generated.
  public var maxTokens: Int
  /// 0 takes the likeliest token each time, the first of equals.
  public var temperature: Double
  /// The seed of the draws; unused at temperature 0.
  public var seed: UInt64
  /// Tokens that end the text.
  public var endTokens: Set<Int>
  /// Whether the tokens generated so far end the text.
  public var stops: @Sendable ([Int]) throws -> Bool

  /// Asks for a continuation.
  public init(
    context: [Int], maxTokens: Int, temperature: Double = 0, seed: UInt64 = 0,
    endTokens: Set<Int> = [], stops: @escaping @Sendable ([Int]) throws -> Bool = { _ in false }
  ) {
    self.context = context
    self.maxTokens = maxTokens
    self.temperature = temperature
    self.seed = seed
    self.endTokens = endTokens
    self.stops = stops
  }
}

extension DecoderModel {
  /// Requests whose keys and values are in memory at once.
  private static let generationGroup = 128

  /// Continues contexts token by token with cached keys and values.
  ///
  /// A step runs the next token of all unfinished texts in one small block, so a logit may differ
  /// in its last bits from a full pass. Draws are keyed by seed and step: neither order nor
  /// resumption changes them.
  ///
  /// - Returns: The generated tokens of each request, without the one that ended it.
  /// - Throws: ``TransformerError``, `CheckpointError`, and what `stops` throws.
  public func generate(_ requests: [TokenGenerationRequest]) throws -> [[Int]] {
    for request in requests where !(request.temperature >= 0 && request.temperature.isFinite) {
      throw TransformerError.invalidTemperature(request.temperature)
    }
    // Groups run side by side, each on one thread: their products are small.
    var single = self
    single.threads = 1
    let model = single
    let starts = Array(stride(from: 0, to: requests.count, by: Self.generationGroup))
    return try concurrentMap(starts.count, threads: threads) { number -> [[Int]] in
      let end = min(starts[number] + Self.generationGroup, requests.count)
      var decoding = try Decoding(model, Array(requests[starts[number]..<end]))
      return try decoding.run()
    }.flatMap { $0 }
  }
}

/// Texts that grow together, with the keys and values of their tokens.
private struct Decoding {
  private let model: DecoderModel
  private let requests: [TokenGenerationRequest]
  private let blocks: [BlockWeights]
  /// Keys and values by layer and request.
  private var cache: [[KeyValueCache]]
  private var texts: [[Int]]
  private var states: RowBuffer

  private var specification: DecoderSpecification { model.specification }

  /// Runs the contexts and keeps their keys and values.
  init(_ model: DecoderModel, _ requests: [TokenGenerationRequest]) throws {
    self.model = model
    self.requests = requests
    texts = requests.map { _ in [] }
    let specification = model.specification
    blocks = try (0..<specification.layerCount).map {
      try BlockWeights(layer: $0, model.weights, model.store, threads: model.threads)
    }
    let batch = try model.pack(requests.map(\.context))
    let rotary = RotaryTables(specification, lengths: batch.tree.segments.map(\.end))
    var streams = try model.embedded(batch).levels
    cache = []
    for (layer, weights) in blocks.enumerated() {
      let pass = BlockPass(
        layer: layer, specification: specification, weights: weights, batch: batch,
        rotary: rotary, observer: nil)
      var kept: [Int: KeyValues] = [:]
      for (level, shards) in batch.levels.enumerated() {
        let (input, ancestors) = (streams[level], kept)
        let results = try concurrentMap(shards.count, threads: model.threads) {
          pass.run(shards[$0], input[$0], ancestors: ancestors, keepsAll: true)
        }
        streams[level] = results.map(\.stream)
        for result in results { kept.merge(result.kept) { first, _ in first } }
      }
      cache.append(
        requests.indices.map { request in
          KeyValueCache(batch.tree.chain(to: batch.tree.leaves[request]).compactMap { kept[$0] })
        })
    }
    let output = OutputRows(
      requests.enumerated().map { ($0.offset, $0.element.context.count - 1) }, of: batch)
    let gathered = output.gathered(
      ResidualStreams(layer: specification.layerCount, levels: streams),
      width: specification.width)
    states = RowBuffer(rows: requests.count, width: specification.width)
    for (request, row) in output.indices.enumerated() {
      states.row(request).update(from: gathered.row(row), count: specification.width)
    }
  }

  mutating func run() throws -> [[Int]] {
    var active = requests.indices.filter { requests[$0].maxTokens > 0 }
    var rows = states
    var rowOf = Array(requests.indices)
    while !active.isEmpty {
      let logits = try logits(rows)
      var next: [(request: Int, token: Int)] = []
      for request in active {
        let token = choose(
          logits.row(rowOf[request]), requests[request], step: texts[request].count)
        if requests[request].endTokens.contains(token) { continue }
        texts[request].append(token)
        if texts[request].count >= requests[request].maxTokens { continue }
        if try requests[request].stops(texts[request]) { continue }
        next.append((request, token))
      }
      active = next.map(\.request)
      guard !active.isEmpty else { break }
      for (row, request) in active.enumerated() { rowOf[request] = row }
      rows = try step(next)
    }
    return texts
  }

  /// The residual stream of one more token of each text.
  private mutating func step(_ tokens: [(request: Int, token: Int)]) throws -> RowBuffer {
    let width = specification.width
    let x = RowBuffer(rows: tokens.count, width: width)
    for (row, next) in tokens.enumerated() {
      try model.store.copyRows(
        next.token..<next.token + 1, of: "model.embed_tokens.weight", width: width, to: x.row(row))
    }
    let positions = tokens.map { requests[$0.request].context.count + texts[$0.request].count - 1 }
    let rotary = RotaryTables(specification, lengths: positions.map { $0 + 1 })
    for (layer, weights) in blocks.enumerated() {
      let normalized = norm(x, weights.attentionNorm)
      let (q, k, v) = (
        weights.query(normalized), weights.key(normalized), weights.value(normalized)
      )
      if let queryNorm = weights.queryNorm { normalizeHeads(q, queryNorm) }
      if let keyNorm = weights.keyNorm { normalizeHeads(k, keyNorm) }
      let z = RowBuffer(rows: x.rows, width: q.width)
      for (row, next) in tokens.enumerated() {
        let table = rotary.table(forLength: positions[row] + 1)
        rotate(q.row(row), q.width, table, positions[row])
        rotate(k.row(row), k.width, table, positions[row])
        cache[layer][next.request].append(k.row(row), v.row(row), count: k.width)
        cache[layer][next.request].attend(
          q.row(row), specification.attention, specification.attentionSpans[layer],
          to: z.row(row))
      }
      x.add(weights.output(z))
      let inner = norm(x, weights.feedForwardNorm)
      let gate = weights.gate(inner)
      let up = weights.up(inner)
      Kernel.gate(gate.base, up.base, count: gate.rows * gate.width)
      x.add(weights.down(gate))
    }
    return x
  }

  private func logits(_ rows: RowBuffer) throws -> RowBuffer {
    let states = try model.normalized(RowBuffer(copying: rows))
    let unembedding = try model.store.elements(model.unembeddingName)
    let vocabulary = specification.vocabularySize
    let logits = RowBuffer(rows: rows.rows, width: vocabulary)
    Kernel.linear(
      states.base, rows: rows.rows, inputs: rows.width, weight: unembedding, outputs: vocabulary,
      to: logits.base)
    return logits
  }

  /// The likeliest token, or one drawn from softmax(logits / temperature), summed in `Double`.
  private func choose(
    _ logits: UnsafePointer<Float>, _ request: TokenGenerationRequest, step: Int
  ) -> Int {
    let count = specification.vocabularySize
    let best = Kernel.firstMaximum(logits, count: count)
    guard request.temperature > 0 else { return best }
    let top = Double(logits[best])
    let weights = (0..<count).map { exp((Double(logits[$0]) - top) / request.temperature) }
    var random = CounterRandom(seed: request.seed, stream: "token/\(step)")
    var left = random.uniform() * weights.reduce(0, +)
    for (token, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return token }
    }
    return best
  }

  // MARK: Parts

  private func norm(_ x: RowBuffer, _ weight: [Float]) -> RowBuffer {
    let y = RowBuffer(rows: x.rows, width: x.width)
    for row in 0..<x.rows {
      Kernel.normalize(
        x.row(row), count: x.width, epsilon: specification.normEpsilon, to: y.row(row))
      Kernel.scale(y.row(row), by: weight, count: x.width)
    }
    return y
  }

  private func normalizeHeads(_ rows: RowBuffer, _ weight: [Float]) {
    let width = specification.attention.headWidth
    for offset in stride(from: 0, to: rows.rows * rows.width, by: width) {
      let head = rows.base + offset
      Kernel.normalize(head, count: width, epsilon: specification.normEpsilon, to: head)
      Kernel.scale(head, by: weight, count: width)
    }
  }

  private func rotate(
    _ row: UnsafeMutablePointer<Float>, _ width: Int, _ table: RotaryTable, _ position: Int
  ) {
    table.withRow(position) { cosine, sine in
      for head in stride(from: 0, to: width, by: 2 * table.half) {
        Kernel.rotate(row + head, half: table.half, cosine: cosine, sine: sine)
      }
    }
  }
}

/// Keys and values of one text in one layer, growing by a row a token.
private struct KeyValueCache {
  private var keys: [Float] = []
  private var values: [Float] = []

  init(_ parts: [KeyValues]) {
    for part in parts {
      keys += part.keys
      values += part.values
    }
  }

  mutating func append(_ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>, count: Int) {
    keys += UnsafeBufferPointer(start: key, count: count)
    values += UnsafeBufferPointer(start: value, count: count)
  }

  /// Attention of the last token over all tokens in its window.
  func attend(
    _ query: UnsafePointer<Float>, _ attention: AttentionSpecification, _ span: AttentionSpan,
    to z: UnsafeMutablePointer<Float>
  ) {
    let (width, stride) = (attention.headWidth, attention.keyValueWidth)
    let total = keys.count / stride
    var first = 0
    if case .sliding(let window) = span { first = max(0, total - window) }
    let count = total - first
    let padded = (count + Kernel.lanes - 1) / Kernel.lanes * Kernel.lanes
    let group = attention.heads / attention.keyValueHeads
    let scores = RowBuffer(rows: group, width: padded)
    keys.withUnsafeBufferPointer { keys in
      values.withUnsafeBufferPointer { values in
        guard let k = keys.baseAddress, let v = values.baseAddress else { return }
        for head in 0..<attention.keyValueHeads {
          let offset = first * stride + head * width
          Kernel.scores(
            query + head * group * width, rows: group, width: width, keys: k + offset,
            keyStride: stride, count: count, scale: 1 / Float(width).squareRoot(),
            to: scores.base, scoreStride: padded)
          for row in 0..<group {
            for key in count..<padded { scores.row(row)[key] = -.infinity }
            Kernel.softmax(scores.row(row), count: padded)
          }
          Kernel.mix(
            scores.base, rows: group, count: count, stride: padded, values: v + offset,
            valueStride: stride, width: width, to: z + head * group * width)
        }
      }
    }
  }
}
