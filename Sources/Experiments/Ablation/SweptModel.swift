import Evaluation
import Transformer

/// A model of a sweep: scores the sweep's requests, from residual streams that are already there.
struct SweptModel: LanguageModel {
  let model: DecoderModel
  /// The sweep's requests, packed; nil if there are none.
  let batch: ScoringBatch?
  /// The residual streams below the first edited layer.
  let state: ScoringState?

  func score(_ requests: [TokenScoringRequest]) throws -> [TokenScore] {
    guard let batch, requests == batch.requests else { return try model.score(requests) }
    return try model.score(batch, from: state)
  }

  func generate(_ requests: [TokenGenerationRequest]) throws -> [[Int]] {
    try model.generate(requests)
  }
}

/// The residual streams of base or tuned before the layer that is being edited.
///
/// A sweep goes upwards, so each layer of the reference is run once.
struct StateCursor {
  let model: DecoderModel
  let batch: ScoringBatch?
  private var state: ScoringState?

  init(_ model: DecoderModel, _ batch: ScoringBatch?) {
    self.model = model
    self.batch = batch
  }

  /// The state before a layer; nil where there is nothing to share.
  mutating func before(_ layer: Int?) throws -> ScoringState? {
    guard let layer, layer > 0, let batch else { return nil }
    if let state, state.layer > layer { self.state = nil }
    state = try model.state(of: batch, before: layer, from: state)
    return state
  }
}
