import Architecture
import LinearAlgebra

/// The weights of one block.
struct BlockWeights: Sendable {
  let attentionNorm: [Float]
  let query: LinearMap
  let key: LinearMap
  let value: LinearMap
  let output: LinearMap
  /// Weights of the RMSNorm over heads; nil where the family has none.
  let queryNorm: [Float]?
  let keyNorm: [Float]?
  let feedForwardNorm: [Float]
  let gate: LinearMap
  let up: LinearMap
  let down: LinearMap

  /// Reads the tensors of a layer, several at a time: an edit computes them when they are read.
  init(layer: Int, _ table: WeightTable, _ store: WeightStore, threads: Int) throws {
    let entries = table.entries.filter { $0.layer == layer }
    let loaded = try concurrentMap(entries.count, threads: threads) {
      try store.elements(entries[$0].name)
    }
    func vector(_ role: WeightRole, isBias: Bool = false) -> [Float]? {
      entries.firstIndex { $0.role == role && $0.isBias == isBias }.map { loaded[$0] }
    }
    func map(_ role: WeightRole) -> LinearMap {
      let shape = entries.first { $0.role == role && !$0.isBias }?.shape ?? [0, 0]
      return LinearMap(
        weight: vector(role) ?? [], bias: vector(role, isBias: true), inputs: shape[1],
        outputs: shape[0])
    }
    attentionNorm = vector(.attentionNorm) ?? []
    query = map(.query)
    key = map(.key)
    value = map(.value)
    output = map(.output)
    queryNorm = vector(.queryNorm)
    keyNorm = vector(.keyNorm)
    feedForwardNorm = vector(.feedForwardNorm) ?? []
    gate = map(.gate)
    up = map(.up)
    down = map(.down)
  }
}
