import Architecture
import LinearAlgebra

/// Tokens whose likelihood is asked for, after a context.
public struct TokenScoringRequest: Sendable, Hashable {
  /// The tokens before; at least one.
  public var context: [Int]
  /// The tokens that are scored; at least one.
  public var continuation: [Int]

  /// Asks for a continuation.
  public init(context: [Int], continuation: [Int]) {
    self.context = context
    self.continuation = continuation
  }
}

/// The likelihood of a continuation.
public struct TokenScore: Sendable, Hashable {
  /// log p(token | tokens before) of each token, nats.
  public var logProbabilities: [Double]
  /// Whether every token is the likeliest, the first of equals.
  public var isGreedy: Bool

  /// Joins log-probabilities and greediness.
  public init(logProbabilities: [Double], isGreedy: Bool) {
    self.logProbabilities = logProbabilities
    self.isGreedy = isGreedy
  }
}

/// Scoring requests packed for models of one shape: a sweep packs once and scores many models.
public struct ScoringBatch: Sendable {
  /// The requests.
  public let requests: [TokenScoringRequest]
  let batch: PackedBatch
  let output: OutputRows

  /// Tokens that a pass runs, shared prefixes once.
  public var tokenCount: Int { batch.tokenCount }
}

/// The residual stream of a ``ScoringBatch`` before a block.
public struct ScoringState: Sendable {
  let streams: ResidualStreams
  /// The block that comes next.
  public var layer: Int { streams.layer }
}

extension DecoderModel {
  /// Packs requests; contexts and prefixes that several share are run once.
  ///
  /// - Throws: ``TransformerError``.
  public func prepare(_ requests: [TokenScoringRequest]) throws -> ScoringBatch {
    var wanted: [(sequence: Int, position: Int)] = []
    let sequences = try requests.enumerated().map { number, request in
      guard !request.context.isEmpty, !request.continuation.isEmpty else {
        throw TransformerError.emptySequence
      }
      for offset in request.continuation.indices {
        wanted.append((number, request.context.count - 1 + offset))
      }
      if let token = request.continuation.last,
        !(0..<specification.vocabularySize).contains(token)
      {
        throw TransformerError.unknownToken(token, vocabulary: specification.vocabularySize)
      }
      return request.context + request.continuation.dropLast()
    }
    let batch = try pack(sequences)
    return ScoringBatch(
      requests: requests, batch: batch, output: OutputRows(wanted, of: batch))
  }

  /// Scores requests, in their order.
  ///
  /// Bit-equal whatever else is in the batch, its order, and the number of threads.
  ///
  /// - Throws: ``TransformerError``, `CheckpointError`.
  public func score(_ requests: [TokenScoringRequest]) throws -> [TokenScore] {
    guard !requests.isEmpty else { return [] }
    return try score(prepare(requests))
  }

  /// Scores a packed batch, from a state of its residual streams if one is given.
  ///
  /// - Parameters:
  ///   - batch: The requests.
  ///   - state: A state that a model with equal weights below its layer has made.
  /// - Returns: One score a request.
  /// - Throws: `CheckpointError`.
  public func score(_ batch: ScoringBatch, from state: ScoringState? = nil) throws -> [TokenScore] {
    let begin = try state?.streams ?? embedded(batch.batch)
    let streams = try advanced(
      begin, of: batch.batch, to: specification.layerCount, output: batch.output)
    let states = try normalized(batch.output.gathered(streams, width: specification.width))
    let targets = batch.targetsByRow
    let vocabulary = specification.vocabularySize
    let found = try mapLogits(states, batch.output) { row, logits -> RowScore in
      let wanted = targets[row]
      guard !wanted.isEmpty else { return RowScore(logProbabilities: [], best: 0) }
      let total = Kernel.logSumExp(logits, count: vocabulary)
      return RowScore(
        logProbabilities: wanted.map { Double(logits[$0]) - total },
        best: Kernel.firstMaximum(logits, count: vocabulary))
    }
    return batch.scores(found)
  }

  /// The state of a batch before a block, from an earlier state if one is given.
  ///
  /// - Throws: `CheckpointError`.
  public func state(
    of batch: ScoringBatch, before layer: Int, from state: ScoringState? = nil
  ) throws -> ScoringState {
    let begin = try state?.streams ?? embedded(batch.batch)
    return ScoringState(streams: try advanced(begin, of: batch.batch, to: layer))
  }
}

/// What one row of logits says of the tokens that were asked of it.
struct RowScore: Sendable {
  let logProbabilities: [Double]
  let best: Int
}

extension ScoringBatch {
  /// The tokens asked of every gathered row, each once.
  fileprivate var targetsByRow: [[Int]] {
    var targets = Array(repeating: [Int](), count: output.rows)
    forEachTarget { _, token, row in
      if !targets[row].contains(token) { targets[row].append(token) }
    }
    return targets
  }

  fileprivate func scores(_ found: [RowScore]) -> [TokenScore] {
    let targets = targetsByRow
    var scores = requests.map { _ in TokenScore(logProbabilities: [], isGreedy: true) }
    forEachTarget { request, token, row in
      let place = targets[row].firstIndex(of: token) ?? 0
      scores[request].logProbabilities.append(found[row].logProbabilities[place])
      if found[row].best != token { scores[request].isGreedy = false }
    }
    return scores
  }

  private func forEachTarget(_ body: (_ request: Int, _ token: Int, _ row: Int) -> Void) {
    var number = 0
    for (index, request) in requests.enumerated() {
      for token in request.continuation {
        body(index, token, output.indices[number])
        number += 1
      }
    }
  }
}
