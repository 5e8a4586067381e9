import Architecture
import Edits
import Evaluation
import Foundation
import GRDB
import Statistics

extension RunWriter {
  /// The prompts of a run, in file order, with the half each belongs to.
  func write(_ prompts: [AblationScores.Prompt]) throws {
    for (position, prompt) in prompts.enumerated() {
      try database.execute(
        sql: """
          INSERT INTO prompt (ability, id, position, "group", kind, fold, text)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          prompt.ability, prompt.id, position, prompt.group, prompt.kind, prompt.fold.rawValue,
          prompt.text,
        ])
    }
  }

  /// A condition with what its edit did to every matrix.
  func write(_ condition: AblationCondition, position: Int, matrices: [MatrixEditRecord]) throws {
    let edit = condition.edit
    let totals = EditTotals(matrices)
    try database.execute(
      sql: """
        INSERT INTO condition (id, position, kind, operation, component, cell, layers, modules,
          rank, "lambda", rescaled, rounded, control, seed, control_of, energy_share,
          removed_norm, kept_norm, delta_norm)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        condition.id, position, condition.kind.rawValue, edit?.operation.rawValue,
        edit.map { "\($0.component)" }, condition.cell?.by.rawValue, condition.cell?.layerText,
        condition.cell?.moduleText, edit.map { "\($0.rank)" }, edit?.lambda,
        edit?.rescale ?? false, edit?.rounding != nil, edit?.control?.control.rawValue,
        edit?.control.map { Int64(bitPattern: $0.seed) }, condition.controlOf,
        totals?.energyShare, totals?.removedNorm, totals?.keptNorm, totals?.deltaNorm,
      ])
    for matrix in matrices {
      try database.execute(
        sql: """
          INSERT INTO edited_matrix (condition, name, layer, module, energy_share, removed_norm,
            kept_norm, delta_norm)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          condition.id, matrix.name, matrix.layer, matrix.module, matrix.energyShare,
          matrix.removedNorm, matrix.keptNorm, matrix.deltaNorm,
        ])
    }
  }

  /// Scores of a condition.
  func write(_ scores: [PromptScore], of condition: String) throws {
    for score in scores {
      try database.execute(
        sql: """
          INSERT INTO score (condition, ability, prompt, hard, soft, extra)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          condition, score.ability, score.promptID, score.hard, score.soft, try score.extraJSON,
        ])
    }
  }
}

/// What an edit did, over all matrices it touched.
struct EditTotals {
  let energyShare: Double
  let removedNorm: Double
  let keptNorm: Double
  let deltaNorm: Double

  /// Adds squares; nil without matrices.
  init?(_ matrices: [MatrixEditRecord]) {
    guard !matrices.isEmpty else { return nil }
    func norm(_ value: (MatrixEditRecord) -> Double) -> Double {
      matrices.reduce(0) { $0 + value($1) * value($1) }.squareRoot()
    }
    deltaNorm = norm(\.deltaNorm)
    removedNorm = norm(\.removedNorm)
    keptNorm = norm(\.keptNorm)
    let touched = matrices.reduce(0) { $0 + $1.energyShare * $1.deltaNorm * $1.deltaNorm }
    energyShare = deltaNorm > 0 ? touched / (deltaNorm * deltaNorm) : 0
  }
}

extension RunStore {
  /// Every finished condition with its scores.
  ///
  /// - Throws: ``ExperimentError`` or a database error.
  public func ablationScores() throws -> AblationScores {
    try queue.read { database in
      let prompts = try Row.fetchAll(database, sql: "SELECT * FROM prompt ORDER BY position")
        .map { row in
          AblationScores.Prompt(
            id: row["id"], ability: row["ability"], group: row["group"], kind: row["kind"],
            fold: Fold(rawValue: row["fold"]) ?? .estimation, text: row["text"])
        }
      let conditions = try Row.fetchAll(
        database, sql: "SELECT * FROM condition ORDER BY position"
      ).map(AblationScores.Condition.init)
      var places: [String: [String: Int]] = [:]
      let grouped = Dictionary(grouping: prompts, by: \.ability)
      for (ability, prompts) in grouped {
        places[ability] = Dictionary(
          uniqueKeysWithValues: prompts.enumerated().map { ($0.element.id, $0.offset) })
      }
      let missing = AblationScores.Score(hard: nil, soft: nil, extra: nil)
      var scores: [String: [String: [AblationScores.Score]]] = [:]
      let rows = try Row.fetchCursor(database, sql: "SELECT * FROM score")
      while let row = try rows.next() {
        let (condition, ability): (String, String) = (row["condition"], row["ability"])
        guard let place = places[ability]?[row["prompt"]] else { continue }
        scores[condition, default: [:]][
          ability, default: Array(repeating: missing, count: grouped[ability]?.count ?? 0)][
            place] = AblationScores.Score(
            hard: row["hard"], soft: row["soft"], extra: row["extra"])
      }
      return AblationScores(
        abilities: prompts.map(\.ability).uniqued(), prompts: grouped, conditions: conditions,
        scores: scores)
    }
  }
}

extension AblationScores.Condition {
  fileprivate init(_ row: Row) {
    id = row["id"]
    kind = AblationCondition.Kind(rawValue: row["kind"]) ?? .edit
    operation = row["operation"]
    component = row["component"]
    by = row["cell"]
    layers = row["layers"]
    modules = row["modules"]
    rank = row["rank"]
    lambda = row["lambda"]
    isRescaled = row["rescaled"]
    isRounded = row["rounded"]
    control = row["control"]
    seed = row["seed"]
    controlOf = row["control_of"]
    energyShare = row["energy_share"]
    removedNorm = row["removed_norm"]
    keptNorm = row["kept_norm"]
    deltaNorm = row["delta_norm"]
  }
}
