import Architecture
import Foundation
import LinearAlgebra

/// Mean token-wise divergences of two models on one text, nats.
public struct Divergence: Sendable, Hashable {
  /// Mean KL(model‖other).
  public var fromOther: Double
  /// Mean KL(other‖model).
  public var toOther: Double
  /// Predicted tokens.
  public var tokens: Int
}

extension DecoderModel {
  /// Token-wise KL between this model's and another's next-token distributions over the
  /// continuations of a batch; sums in `Double`.
  ///
  /// - Parameters:
  ///   - other: The model that this one is compared with.
  ///   - batch: The requests.
  ///   - state: This model's state of the batch, if one is at hand.
  ///   - otherState: The other's.
  /// - Returns: One divergence a request.
  /// - Throws: ``TransformerError/differentVocabularies(_:_:)``, `CheckpointError`.
  public func divergences(
    from other: DecoderModel, on batch: ScoringBatch, state: ScoringState? = nil,
    otherState: ScoringState? = nil
  ) throws -> [Divergence] {
    let vocabulary = specification.vocabularySize
    guard other.specification.vocabularySize == vocabulary else {
      throw TransformerError.differentVocabularies(
        vocabulary, other.specification.vocabularySize)
    }
    let mine = try finalStates(of: batch, from: state)
    let theirs = try other.finalStates(of: batch, from: otherState)
    let theirUnembedding = try other.store.elements(other.unembeddingName)
    let chunks = batch.output.chunks(vocabulary: vocabulary, threads: threads)
    let myUnembedding = try store.elements(unembeddingName)
    let pairs = try concurrentMap(chunks.count, threads: threads) { number -> [(Double, Double)] in
      let rows = chunks[number]
      let (p, q) = (
        RowBuffer(unwrittenRows: rows.count, width: vocabulary),
        RowBuffer(unwrittenRows: rows.count, width: vocabulary)
      )
      for (states, weight, target) in [(mine, myUnembedding, p), (theirs, theirUnembedding, q)] {
        Kernel.linear(
          states.row(rows.lowerBound), rows: rows.count, inputs: states.width, weight: weight,
          outputs: vocabulary, to: target.base)
      }
      return (0..<rows.count).map { Self.divergence(p.row($0), q.row($0), count: vocabulary) }
    }.flatMap { $0 }
    var number = 0
    return batch.requests.map { request in
      var (from, to) = (0.0, 0.0)
      for _ in request.continuation {
        let pair = pairs[batch.output.indices[number]]
        from += pair.0
        to += pair.1
        number += 1
      }
      let count = request.continuation.count
      return Divergence(
        fromOther: from / Double(count), toOther: to / Double(count), tokens: count)
    }
  }

  private func finalStates(of batch: ScoringBatch, from state: ScoringState?) throws -> RowBuffer {
    let begin = try state?.streams ?? embedded(batch.batch)
    let streams = try advanced(
      begin, of: batch.batch, to: specification.layerCount, output: batch.output)
    return try normalized(batch.output.gathered(streams, width: specification.width))
  }

  /// KL(p‖q) and KL(q‖p) of two rows of logits.
  static func divergence(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int
  ) -> (Double, Double) {
    let (a, b) = (
      Kernel.logSumExp(first, count: count), Kernel.logSumExp(second, count: count)
    )
    var (forward, backward) = (0.0, 0.0)
    for index in 0..<count {
      let (p, q) = (Double(first[index]) - a, Double(second[index]) - b)
      forward += exp(p) * (p - q)
      backward += exp(q) * (q - p)
    }
    return (max(forward, 0), max(backward, 0))
  }
}
