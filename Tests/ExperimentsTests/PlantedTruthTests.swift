import Edits
import Experiments
import Foundation
import TestSupport
import Testing
import Updates

/// A sweep names what was planted, and nothing where nothing was.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: PlantedUpdate.base.path)))
struct PlantedTruthTests {
  private let planted: PlantedUpdate

  init() throws { planted = try PlantedUpdate(seed: Self.seed) }

  private static let seed: UInt64 = 2026
  /// Twenty of each where time allows.
  private static let isThorough =
    ProcessInfo.processInfo.environment["OFFAXIS_SLOW_TESTS"] != nil
  private static let plants = isThorough ? 20 : 2
  private static let structureless = isThorough ? 20 : 2

  /// The cells that a sweep of an update names, first things first.
  private func named(_ truth: PlantedUpdate.Truth?, seed: UInt64) throws -> [CellEffect] {
    let place = try TemporaryDirectory()
    let tuned = place.appending("tuned")
    let effect = try planted.write(truth, seed: seed, to: tuned)
    #expect(truth == nil || effect >= PlantedUpdate.leastEffect)
    let runner = try AblationRunner(planted.plan(tuned: tuned, seed: Self.seed))
    let directory = try RunDirectory.open(nil, for: runner.resolved)
    _ = try runner.run(in: directory, threads: 1, progress: .silent)
    return Finding.ranked(try runner.result(of: directory.store).effects)
  }

  @Test func aPlantIsNamedFirst() throws {
    let layers = 4
    let missed = try (0..<Self.plants).compactMap { index -> PlantedUpdate.Truth? in
      // Every block in turn, every layer with each.
      let truth = PlantedUpdate.Truth(
        layer: (index + index / layers) % layers, block: PlantedUpdate.blocks[index % layers])
      let first = try named(truth, seed: 100 + UInt64(index)).first
      let isNamed =
        first?.by == Granularity.layer.rawValue && first?.layers == "\(truth.layer)"
        && first?.component == "\(truth.block)"
      return isNamed ? nil : truth
    }
    #expect(missed.count <= Self.plants / 20, "missed \(missed)")
  }

  @Test func structurelessUpdatesNameNothing() throws {
    let found = try (0..<Self.structureless).filter { index in
      try !named(nil, seed: 200 + UInt64(index)).isEmpty
    }
    #expect(found.count <= Self.structureless / 5, "named something in \(found)")
  }
}
