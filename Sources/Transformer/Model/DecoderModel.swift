import Architecture
import Checkpoints
import Foundation
import LinearAlgebra

/// A decoder that can be run: weights, architecture, threads.
///
/// A value that shares its weights; many may run at once. All arithmetic is in `Float`, sums over
/// the vocabulary in `Double`.
public struct DecoderModel: Sendable {
  /// How much of the weights stays in memory.
  public enum Residency: String, Sendable, Hashable, Codable {
    /// All of them, widened to `Float`.
    case resident
    /// One layer at a time.
    case streamed
    /// ``resident`` if they take at most half of the machine's memory.
    case automatic
  }

  /// The architecture.
  public let specification: DecoderSpecification
  /// Every tensor of the architecture.
  public let weights: WeightTable
  /// Threads that a pass may use; results do not depend on them.
  public var threads: Int
  let store: WeightStore

  /// Makes a model of tensors; none is read yet.
  public init(
    specification: DecoderSpecification, weights: WeightTable, source: any TensorSource,
    residency: Residency = .automatic, threads: Int = 1
  ) {
    self.specification = specification
    self.weights = weights
    self.threads = max(1, threads)
    let bytes = weights.entries.reduce(0) { $0 + 4 * $1.shape.reduce(1, *) }
    let memory = Int(ProcessInfo.processInfo.physicalMemory)
    let keeps =
      residency == .resident || (residency == .automatic && bytes <= memory / 2)
    store = WeightStore(source, keeps: keeps)
  }

  /// Makes a model of an opened checkpoint.
  public init(_ checkpoint: ModelCheckpoint, residency: Residency = .automatic, threads: Int = 1) {
    self.init(
      specification: checkpoint.specification, weights: checkpoint.weights,
      source: checkpoint.source, residency: residency, threads: threads)
  }

  private init(_ model: DecoderModel, store: WeightStore) {
    specification = model.specification
    weights = model.weights
    threads = model.threads
    self.store = store
  }

  /// The same model with some tensors taken from another source; all others are shared.
  public func overlaying(_ source: any TensorSource, changing names: some Sequence<String>)
    -> DecoderModel
  {
    DecoderModel(self, store: WeightStore(source, changing: Set(names), over: store))
  }

  // MARK: Passes

  /// Packs sequences of known tokens.
  func pack(_ sequences: [[Int]], shares: Bool = true) throws -> PackedBatch {
    for sequence in sequences {
      guard !sequence.isEmpty else { throw TransformerError.emptySequence }
      let vocabulary = specification.vocabularySize
      if let token = sequence.first(where: { !(0..<vocabulary).contains($0) }) {
        throw TransformerError.unknownToken(token, vocabulary: vocabulary)
      }
    }
    let longest = sequences.map(\.count).max() ?? 0
    let mayShare = shares && !specification.rotary.dependsOnLength(upTo: longest)
    return PackedBatch(SequenceTree(sequences, shares: mayShare), threads: threads)
  }

  /// The residual stream before block 0.
  func embedded(_ batch: PackedBatch, _ observer: (any ForwardObserver)? = nil) throws
    -> ResidualStreams
  {
    let levels = try batch.levels.map { shards in
      try concurrentMap(shards.count, threads: threads) { number -> RowBuffer in
        let rows = RowBuffer(rows: shards[number].rows, width: specification.width)
        for (index, row) in shards[number].segments {
          for (offset, token) in batch.tree.segments[index].tokens.enumerated() {
            try store.copyRows(
              token..<token + 1, of: "model.embed_tokens.weight", width: specification.width,
              to: rows.row(row + offset))
          }
        }
        if let observer, observer.observes(Site(.embedding)) {
          observer.visit(Site(.embedding), rows, shards[number], batch)
        }
        return rows
      }
    }
    return ResidualStreams(layer: 0, levels: levels)
  }

  /// Runs blocks up to, not including, `layer`.
  ///
  /// - Parameters:
  ///   - streams: Where to begin.
  ///   - batch: The batch.
  ///   - layer: The block that comes next in the result.
  ///   - output: The rows that are wanted after the last block, if not all: it computes these only.
  ///   - observer: Sees the sites of the blocks.
  /// - Returns: The residual streams before `layer`.
  /// - Throws: `CheckpointError`.
  func advanced(
    _ streams: ResidualStreams, of batch: PackedBatch, to layer: Int, output: OutputRows? = nil,
    observer: (any ForwardObserver)? = nil
  ) throws -> ResidualStreams {
    guard streams.layer < layer else { return streams }
    let rotary = RotaryTables(specification, lengths: batch.tree.segments.map(\.end))
    var current = streams.levels
    for number in streams.layer..<layer {
      let pass = BlockPass(
        layer: number, specification: specification,
        weights: try BlockWeights(
          layer: number, weights, store, threads: threads),
        batch: batch, rotary: rotary, observer: observer)
      let selections = number == specification.layerCount - 1 ? output?.selections : nil
      var kept: [Int: KeyValues] = [:]
      for (level, shards) in batch.levels.enumerated() {
        let (input, ancestors) = (current[level], kept)
        let results = try concurrentMap(shards.count, threads: threads) {
          pass.run(
            shards[$0], input[$0], ancestors: ancestors, selection: selections?[level][$0])
        }
        current[level] = results.map(\.stream)
        for result in results { kept.merge(result.kept) { first, _ in first } }
      }
    }
    return ResidualStreams(
      layer: layer, levels: current,
      isSelected: output != nil && layer == specification.layerCount)
  }
}

/// The residual stream of a batch before a block: where a sweep's conditions begin.
struct ResidualStreams: Sendable {
  /// The block that comes next.
  let layer: Int
  /// Rows by level and shard; never changed once made.
  let levels: [[RowBuffer]]
  /// Whether the shards hold only the rows that are wanted of the last block.
  var isSelected = false
}
