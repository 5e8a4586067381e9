import Experiments
import Foundation
import GRDB
import LinearAlgebra
import Statistics
import TestSupport

/// Scores as a sweep would have stored them, made up by a test.
struct SyntheticRun {
  /// A condition and its scores, [prompts].
  struct Row {
    var id: String
    var kind = AblationCondition.Kind.edit
    var component: String?
    var operation: String? = "remove"
    var by: String? = "layer"
    var layers: String?
    var control: String?
    var seed: Int?
    var controlOf: String?
    var energyShare: Double? = 0.1
    var hard: [Double?]
    var soft: [Double?]
  }

  var ability = "sums"
  var kind = "choice"
  var groups: [String?]
  var rows: [Row] = []

  init(prompts: Int, groups: [String?]? = nil) {
    self.groups = groups ?? Array(repeating: nil, count: prompts)
  }

  /// What a sweep's analysis makes of it.
  func result(seed: UInt64 = 1) throws -> AblationResult {
    try AblationResult(scores(), seed: seed, provenance: nil)
  }

  /// The scores as a store reads them back.
  func scores() throws -> AblationScores {
    let place = try TemporaryDirectory()
    let plan = AblationPlan(base: "b", tuned: "t", prompts: ["p"])
    let directory = try RunDirectory.open(place.url, for: ResolvedPlan(plan: plan, inputs: []))
    try write(to: place.appending("results.sqlite"))
    return try directory.store.ablationScores()
  }

  private func write(to file: URL) throws {
    let ids = groups.indices.map { "p\($0)" }
    let folds = try Fold.halves(ids: ids, groups: groups, seed: 3)
    try DatabaseQueue(path: file.path).write { database in
      for (place, id) in ids.enumerated() {
        try database.execute(
          sql: "INSERT INTO prompt VALUES (?, ?, ?, ?, ?, ?, ?)",
          arguments: [ability, id, place, groups[place], kind, folds[place].rawValue, "text \(id)"])
      }
      for (position, row) in rows.enumerated() {
        try database.execute(
          sql: """
            INSERT INTO condition (id, position, kind, operation, component, cell, layers, modules,
              rank, "lambda", rescaled, rounded, control, seed, control_of, energy_share)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'q_proj', '10%', 1, 0, 0, ?, ?, ?, ?)
            """,
          arguments: [
            row.id, position, row.kind.rawValue, row.operation, row.component, row.by, row.layers,
            row.control, row.seed, row.controlOf, row.energyShare,
          ])
        for (place, id) in ids.enumerated() {
          try database.execute(
            sql: "INSERT INTO score VALUES (?, ?, ?, ?, ?, '{}')",
            arguments: [row.id, ability, id, row.hard[place], row.soft[place]])
        }
      }
    }
  }
}

extension SyntheticRun {
  /// How an edit changes the tuned scores.
  struct Effect {
    /// The shift of the soft score, nats.
    var shift = 0.0
    /// The share of right answers that become wrong.
    var loss = 0.0
  }

  /// Base, tuned, and for each layer an edit with five energy-matched controls.
  ///
  /// Edits and controls scatter around their effects with one standard deviation between draws and
  /// one between prompts.
  static func sweep(
    prompts: Int = 200, layers: Int = 4, components: [String] = ["principal"], seed: UInt64,
    groups: [String?]? = nil, variants: [String] = [""], controls: Effect = Effect(),
    effect: (_ layer: Int, _ component: String, _ variant: String) -> Effect = { _, _, _ in
      Effect()
    }
  ) -> SyntheticRun {
    var random = CounterRandom(seed: seed, stream: "synthetic run")
    var run = SyntheticRun(prompts: prompts, groups: groups)
    let tuned = (0..<prompts).map { _ in -1 + 0.5 * random.gaussian() }
    let right = (0..<prompts).map { _ in random.uniform() < 0.8 ? 1.0 : 0.0 }
    func scores(_ effect: Effect) -> (hard: [Double?], soft: [Double?]) {
      let draw = 0.05 * random.gaussian()
      let soft = tuned.map { $0 + effect.shift + draw + 0.2 * random.gaussian() }
      let hard = right.map { $0 == 1 && random.uniform() < effect.loss + 0.02 ? 0 : $0 }
      return (hard, soft)
    }
    func row(_ id: String, _ kind: AblationCondition.Kind) -> Row {
      Row(
        id: id, kind: kind, operation: nil, by: nil, energyShare: nil, hard: right.map { $0 },
        soft: tuned.map { $0 })
    }
    run.rows = [row("base", .base), row("tuned", .tuned)]
    for layer in 0..<layers {
      for component in components {
        for variant in variants {
          let id = "remove/\(component)/layer=\(layer)\(variant)"
          let edit = scores(effect(layer, component, variant))
          run.rows.append(
            Row(
              id: id, component: component, layers: "\(layer)", hard: edit.hard, soft: edit.soft))
          for draw in 0..<5 {
            let control = scores(controls)
            run.rows.append(
              Row(
                id: "\(id)~random-energy#\(draw)", kind: .control, component: component,
                layers: "\(layer)", control: "random-energy", seed: draw, controlOf: id,
                hard: control.hard, soft: control.soft))
          }
        }
      }
    }
    return run
  }
}
