import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Synchronization
import Transformer
import Updates

/// The parts of an update as directions in weight space.
///
/// Every selected matrix has one direction a component and one for all of ΔW; what else training
/// changed is one direction, `rest`, and matrices that are not selected are another, `unselected`.
/// Together `all`, `rest` and `unselected` make up W₁ − W₀.
///
/// Changes are formed when they are asked for. Those that fit into a quarter of the machine's memory
/// are kept; of the others the last few, since all shards of a batch ask for the same tensor in turn.
final class AttributionDirections: WeightDirections {
  let labels: [AttributionDirection.Label]
  private let pair: CheckpointPair
  private let plan: AttributionPlan
  private let subspaces: SubspaceProvider
  private let tensors: [String: Tensor]
  private let kept = Mutex(Kept())

  /// What one tensor contributes; its lock is held while that is computed.
  private final class Tensor: Sendable {
    /// The numbers of its directions.
    let directions: Range<Int>
    /// Whether it is cut into components.
    let isSelected: Bool
    let changes = Mutex<[Change]?>(nil)

    init(_ directions: Range<Int>, isSelected: Bool) {
      (self.directions, self.isSelected) = (directions, isSelected)
    }
  }

  private typealias Change = (direction: Int, elements: [Float])

  private struct Kept {
    var bytes = 0
    /// Tensors that did not fit, the oldest first.
    var passing: [String] = []
  }

  /// Tensors that do not fit and are kept all the same.
  private static let passingCount = 3

  /// Names the directions; nothing is computed yet.
  ///
  /// - Throws: `ArchitectureError` if the selection is empty or out of range.
  init(_ pair: CheckpointPair, _ plan: AttributionPlan, _ subspaces: SubspaceProvider) throws {
    (self.pair, self.plan, self.subspaces) = (pair, plan, subspaces)
    let table = pair.base.weights
    let selected = try plan.selection.entries(in: table)
    var labels: [AttributionDirection.Label] = []
    var tensors: [String: Tensor] = [:]
    for entry in selected {
      let first = labels.count
      for component in plan.components.uniqued() + [.all] {
        labels.append(
          AttributionDirection.Label(
            tensor: entry.name, layer: entry.layer, module: entry.role.rawValue,
            component: "\(component)"))
      }
      tensors[entry.name] = Tensor(first..<labels.count, isSelected: true)
    }
    for (name, isProjection) in [("rest", false), ("unselected", true)] {
      let others = table.entries.filter {
        $0.isProjection == isProjection && tensors[$0.name] == nil
      }
      guard !others.isEmpty else { continue }
      for entry in others {
        tensors[entry.name] = Tensor(labels.count..<labels.count + 1, isSelected: false)
      }
      labels.append(
        AttributionDirection.Label(tensor: nil, layer: nil, module: nil, component: name))
    }
    (self.labels, self.tensors) = (labels, tensors)
  }

  var count: Int { labels.count }

  func changes(of name: String) throws -> [(direction: Int, elements: [Float])] {
    guard let tensor = tensors[name] else { return [] }
    let (changes, isNew) = try tensor.changes.withLock { known in
      if let known { return (known, false) }
      let made = try make(name, tensor)
      known = made
      return (made, true)
    }
    if isNew { keep(name, bytes: changes.reduce(0) { $0 + 4 * $1.elements.count }) }
    return changes
  }

  /// Squared norms of every direction and of its tensor's ΔW.
  ///
  /// Matrices are taken `threads` at a time, what else changed one by one: embeddings are large.
  ///
  /// - Throws: `UpdateError`, `CheckpointError`.
  func described(threads: Int) throws -> [AttributionDirection] {
    @Sendable func norms(_ name: String) throws -> [(Int, Double)] {
      try changes(of: name).map {
        ($0.direction, $0.elements.reduce(0.0) { $0 + Double($1) * Double($1) })
      }
    }
    let names = tensors.keys.sorted()
    let others = names.filter { tensors[$0]?.isSelected == false }
    let selected = names.filter { tensors[$0]?.isSelected == true }
    let found =
      try others.map(norms)
      + concurrentMap(selected.count, threads: threads) { try norms(selected[$0]) }
    var energies = [Double](repeating: 0, count: count)
    for (direction, energy) in found.joined() { energies[direction] += energy }
    return labels.indices.map { index in
      let total = labels[index].tensor.flatMap { tensors[$0] }.map { $0.directions.upperBound - 1 }
      return AttributionDirection(
        label: labels[index], energy: energies[index], total: total.map { energies[$0] })
    }
  }

  // MARK: Changes

  private func make(_ name: String, _ tensor: Tensor) throws -> [Change] {
    defer {
      pair.base.source.release(name)
      pair.tuned.source.release(name)
    }
    guard try pair.differs(name) else { return [] }
    let last = tensor.directions.upperBound - 1
    guard tensor.isSelected else { return [(last, try difference(name))] }
    let delta = try pair.delta(name)
    let split = try UpdateSplit(
      name: name, base: pair.base.source.matrix(name), delta: delta,
      options: SplitOptions(
        rank: plan.rank, maskRank: plan.maskRank, maskAlpha: plan.maskAlpha),
      subspaces: subspaces)
    let parts = try zip(tensor.directions, plan.components.uniqued()).map {
      ($0, try split.component($1).elements)
    }
    return parts + [(last, delta.elements)]
  }

  /// W₁ − W₀ in `Float`, with one more tensor in memory and no more.
  private func difference(_ name: String) throws -> [Float] {
    var elements = try pair.tuned.source.matrix(name).elements
    let base = try pair.base.source.matrix(name).elements
    for index in elements.indices { elements[index] -= base[index] }
    return elements
  }

  /// Forgets an older tensor if a new one does not fit.
  private func keep(_ name: String, bytes: Int) {
    let most = Int(ProcessInfo.processInfo.physicalMemory / 4)
    let dropped = kept.withLock { kept -> String? in
      if kept.bytes + bytes <= most {
        kept.bytes += bytes
        return nil
      }
      kept.passing.append(name)
      return kept.passing.count > Self.passingCount ? kept.passing.removeFirst() : nil
    }
    if let dropped { tensors[dropped]?.changes.withLock { $0 = nil } }
  }
}
