import Edits
import Foundation
import Updates

/// What the numbers say about one ability, in one sentence; never more than they support.
public struct Finding: Sendable, Hashable, Codable {
  /// The ability.
  public let ability: String
  /// Whether an effect was found.
  public let isFound: Bool
  /// The edit it rests on; nil if nothing was found.
  public let condition: String?
  /// The sentence.
  public let text: String

  enum CodingKeys: String, CodingKey {
    case ability, condition, text
    case isFound = "found"
  }

  /// One finding an ability, in the order of the abilities.
  static func all(
    effects: [CellEffect], conditions: [ConditionSummary], abilities: [AblationResult.Ability]
  ) -> [Finding] {
    let byID = Dictionary(conditions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return abilities.map { ability in
      let tested = effects.filter {
        $0.ability == ability.name && $0.control != nil && byID[$0.condition]?.rounded == false
          && !$0.isRankVariant
      }
      let ranked = ranked(tested)
      guard let strongest = ranked.first else {
        return Finding(
          ability: ability.name, isFound: false, condition: nil,
          text: nothing(ability.name, tested: tested, gained: hasGain(ability.name, byID)))
      }
      // Points say more than nats, where the same edit shows both.
      let best =
        ranked.first { $0.condition == strongest.condition && $0.metric == .accuracy } ?? strongest
      return Finding(
        ability: ability.name, isFound: true, condition: best.condition,
        text: sentence(best, rank: byID[best.condition]?.rank))
    }
  }

  /// Confirmed cells that rest on the energy-matched control, strongest first.
  ///
  /// Cuts that name a place come before those that span the model, since they say more; within
  /// these, the size of the effect beyond the control in units of its interval decides. Repetitions
  /// at other ranks check a cell and are not ranked themselves.
  public static func ranked(_ effects: [CellEffect]) -> [CellEffect] {
    let confirmed = effects.filter {
      $0.isConfirmed && $0.control == Control.randomEnergy.rawValue && !$0.isRankVariant
    }
    return confirmed.sorted { first, second in
      first.namesPlace == second.namesPlace
        ? strength(first) > strength(second) : first.namesPlace
    }
  }

  private static func strength(_ cell: CellEffect) -> Double {
    guard let against = cell.estimatedAgainst else { return 0 }
    let halfWidth = max((against.high - against.low) / 2, .leastNonzeroMagnitude)
    return abs(against.value) / halfWidth
  }

  private static func sentence(_ cell: CellEffect, rank: String?) -> String {
    guard let effect = cell.estimated, let control = cell.estimatedControl,
      let against = cell.estimatedAgainst
    else { return "" }
    func number(_ value: Double) -> String { shown(value, cell) }
    let verb = cell.operation == "keep" ? "keeping only" : "removing"
    let part = cell.component == "rest" ? "the rest of the update" : "the \(cell.component) update"
    let direction = effect.value < 0 ? "costs" : "adds"
    // What is lost counts upwards; a confirmed difference has the effect's sign.
    func inDirection(_ estimate: Estimate) -> String {
      let (low, high) =
        effect.value < 0
        ? (-estimate.high, -estimate.low) : (estimate.low, estimate.high)
      return "[\(number(low)), \(number(high))]"
    }
    let controlText = "\(control < 0 ? "costs" : "adds") \(number(abs(control)))"
    let energy = cell.energyShare.map { String(format: ", %.0f %% of its energy,", $0 * 100) } ?? ""
    let caveat =
      cell.holdsAtOtherRanks == true || !dependsOnRank(cell)
      ? "" : rank.map { " (at rank \($0); not shown for other ranks)" } ?? ""
    return "\(verb) \(part) of \(place(cell))\(energy) \(direction) "
      + "\(number(abs(effect.value))) \(cell.unit) of \(cell.ability) \(cell.scoreName) \(inDirection(effect)); "
      + "the matched control \(controlText), difference "
      + "\(number(abs(against.value))) \(inDirection(against))\(caveat)"
  }

  private static func dependsOnRank(_ cell: CellEffect) -> Bool {
    (try? Component(parsing: cell.component))?.dependsOnRank ?? true
  }

  /// Points as whole numbers from ten on, and two digits that count below; nats likewise.
  ///
  /// An end of an interval that leaves out 0 is never written as 0.
  private static func shown(_ value: Double, _ cell: CellEffect) -> String {
    if cell.isShare { return String(format: abs(value) < 0.1 ? "%.2g" : "%.0f", value * 100) }
    return String(format: abs(value) >= 0.1 || value == 0 ? "%.2f" : "%.2g", value)
  }

  private static func place(_ cell: CellEffect) -> String {
    switch Granularity(rawValue: cell.by) {
    case .module: cell.modules
    case .matrix: "\(cell.modules) in layer \(cell.layers)"
    case .model: "the whole model"
    default:
      cell.layers.contains(where: { $0 == "-" || $0 == "," })
        ? "layers \(cell.layers)" : "layer \(cell.layers)"
    }
  }

  /// Says that nothing was found, and what random directions of equal energy do as well.
  private static func nothing(
    _ ability: String, tested: [CellEffect], gained: Bool
  ) -> String {
    if tested.isEmpty { return "\(ability): no controlled edit was scored" }
    let nothing = "\(ability): nothing found beyond the matched control"
    guard gained else {
      return nothing + "; tuning itself changed it by no measurable amount"
    }
    let largest = tested.filter {
      $0.effect.excludesZero && $0.control == Control.randomEnergy.rawValue
    }.max { abs($0.effect.value) < abs($1.effect.value) }
    guard let largest, let control = largest.controlEffect else { return nothing }
    func number(_ value: Double) -> String { (value > 0 ? "+" : "") + shown(value, largest) }
    return nothing
      + "; \(largest.operation == "keep" ? "keeping only" : "removing") the "
      + "\(largest.component) update of \(place(largest)) changes its \(largest.scoreName) by "
      + "\(number(largest.effect.value)) \(largest.unit) "
      + "[\(number(largest.effect.low)), \(number(largest.effect.high))], random directions of "
      + "equal energy by \(number(control))"
  }

  /// Whether tuning changed the ability, by either score.
  private static func hasGain(_ ability: String, _ conditions: [String: ConditionSummary]) -> Bool {
    let scores = conditions["tuned"]?.abilities[ability]
    return [scores?.accChange, scores?.logprobChange].contains { $0?.excludesZero == true }
  }
}

extension CellEffect {
  /// Whether this is the same edit at k/2 or 2k.
  public var isRankVariant: Bool {
    condition.hasSuffix("/half-k") || condition.hasSuffix("/double-k")
  }

  /// Whether the cut is a layer, a pair of layers, a module or a matrix.
  fileprivate var namesPlace: Bool {
    [Granularity.layer, .layerPairs, .module, .matrix].map(\.rawValue).contains(by)
  }
}
