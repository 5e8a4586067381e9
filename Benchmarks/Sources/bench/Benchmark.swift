import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Transformer
import Updates

/// One model and the work that is measured on it.
struct Benchmark {
  let directory: URL
  let threads: Int

  private func tokens(_ count: Int, _ seed: Int, _ vocabulary: Int) -> [Int] {
    var random = CounterRandom(seed: UInt64(seed), stream: "benchmark")
    return (0..<count).map { _ in Int(random.next() % UInt64(vocabulary)) }
  }

  private func model() throws -> DecoderModel {
    DecoderModel(try ModelCheckpoint.open(directory), residency: .resident, threads: threads)
  }

  /// Opening a checkpoint and summing it up, as `inspect` does.
  func open() throws {
    let cost = try Clock.best(5) { _ = try ModelCheckpoint.open(directory).summary }
    try report("open", cost)
  }

  /// 16 × 128 tokens, all logits.
  func forward(repeats: Int) throws {
    let model = try model()
    let vocabulary = model.specification.vocabularySize
    let texts = (0..<16).map { tokens(128, $0, vocabulary) }
    _ = try model.logits([texts[0]])
    let cost = try Clock.best(repeats) { _ = try model.logits(texts) }
    try report("forward", cost, ["tokens_per_s": 2048 / cost.wall])
  }

  private func questions(_ count: Int, _ vocabulary: Int) -> [TokenScoringRequest] {
    (0..<count).flatMap { question -> [TokenScoringRequest] in
      let context = tokens(100, 1000 + question, vocabulary)
      return (0..<4).map {
        TokenScoringRequest(
          context: context, continuation: tokens(3, 100_000 + 4 * question + $0, vocabulary))
      }
    }
  }

  /// Four-choice questions with a context of 100 tokens and choices of 3.
  func score(questions count: Int) throws {
    let model = try model()
    let requests = questions(count, model.specification.vocabularySize)
    _ = try model.score(Array(requests.prefix(4)))
    let cost = try Clock.best(2) { _ = try model.score(requests) }
    try report("score", cost, ["questions_per_s": Double(count) / cost.wall])
  }

  private func projections(_ checkpoint: ModelCheckpoint, layers: Int) -> [WeightEntry] {
    checkpoint.weights.entries.filter { $0.isProjection && ($0.layer ?? 0) < layers }
  }

  private func noise(_ base: Matrix<Float>, _ name: String) -> Matrix<Float> {
    var random = CounterRandom(seed: 0, stream: name)
    let gaussian = Matrix<Float>.gaussian(rows: base.rows, columns: base.columns, using: &random)
    let scale = 0.01 * base.frobeniusNorm / gaussian.frobeniusNorm
    return Float(scale) * gaussian
  }

  /// Singular subspaces and the four blocks of every projection, k = 10 %.
  func split(layers: Int) throws {
    let checkpoint = try ModelCheckpoint.open(directory)
    let entries = projections(checkpoint, layers: layers)
    let inputs = try entries.map { entry in
      let base = try checkpoint.source.matrix(entry.name)
      return (base, noise(base, entry.name))
    }
    let cost = try Clock.measure {
      _ = try concurrentMap(entries.count, threads: threads) { index -> BlockEnergies in
        let (base, delta) = inputs[index]
        let subspace = try BaseSubspace(of: base, rank: .standard)
        return BlockSplit(delta: delta, subspace: subspace).energies
      }
    }
    try report("split", cost, ["matrices": Double(entries.count)])
  }

  /// Every measure without nulls of every projection, from the files of a base and a tuned model.
  func measures(tuned: URL, matrices count: Int) throws {
    let pair = try CheckpointPair.open(base: directory, tuned: tuned)
    let entries = Array(projections(pair.base, layers: .max).prefix(count))
    let meter = UpdateMeter()
    let cost = try Clock.measure {
      _ = try concurrentMap(entries.count, threads: threads) { index -> Double? in
        let entry = entries[index]
        let update = try MatrixUpdate(
          entry, in: pair.base.specification, base: pair.base.source.matrix(entry.name),
          delta: pair.delta(entry.name), storage: MatrixUpdate.Storage(base: .bf16, tuned: .bf16))
        return try meter.measure(update)[.energyPP]
      }
    }
    try report("measures", cost, ["matrices": Double(entries.count)])
  }

  /// The seven matrices of a layer of a 7B Llama, energy shares and masks against norm nulls.
  func layer7b(draws: Int) throws {
    let shapes = [
      ("q_proj", 4096, 4096), ("k_proj", 4096, 4096), ("v_proj", 4096, 4096),
      ("o_proj", 4096, 4096), ("gate_proj", 11008, 4096), ("up_proj", 11008, 4096),
      ("down_proj", 4096, 11008),
    ]
    let groups = MeasureGroup.cheap
    let meter = UpdateMeter(
      options: MeasureOptions(groups: groups),
      nulls: NullOptions([.norm], seeds: draws, groups: groups))
    // The noise is made inside the clock, two matrices at a time, the largest first.
    let order = shapes.sorted { $0.1 * $0.2 > $1.1 * $1.2 }
    let cost = try Clock.measure {
      _ = try concurrentMap(order.count, threads: threads) { index -> Double? in
        let (name, rows, columns) = order[index]
        var random = CounterRandom(seed: 1, stream: name)
        let base = Matrix<Float>.gaussian(rows: rows, columns: columns, using: &random).rounded()
        let update = try MatrixUpdate(
          name: name, layer: 0, module: name, base: base, delta: noise(base, "\(name) update"),
          storage: MatrixUpdate.Storage(base: .bf16, tuned: .bf16))
        return try meter.measure(update)[.energyPP]
      }
    }
    try report("layer7b", cost)
  }
}

extension Matrix<Float> {
  /// The nearest values that bfloat16 holds.
  fileprivate func rounded() -> Matrix<Float> {
    Matrix(rows: rows, columns: columns, elements: elements.map(BFloat16.rounded))
  }
}
