/// Which linear projections of the blocks are meant: some layers, some modules.
public struct WeightSelection: Sendable, Hashable, Codable {
  /// Layers; nil for all.
  public var layers: LayerSet?
  /// Modules; nil for all linear projections.
  public var modules: Set<WeightRole>?

  /// Every linear projection.
  public static let all = WeightSelection(layers: nil as LayerSet?, modules: nil)

  /// Selects layers and modules.
  public init(layers: LayerSet?, modules: Set<WeightRole>?) {
    self.layers = layers
    self.modules = modules
  }

  /// Reads `0,3-8` and `q_proj,down_proj`.
  ///
  /// - Throws: ``ArchitectureError``.
  public init(layers: String?, modules: String?) throws {
    self.init(
      layers: try layers.map(LayerSet.init(parsing:)),
      modules: try modules.map { text in
        Set(
          try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let role = WeightRole(rawValue: String(name)), role.isProjection else {
              throw ArchitectureError.unknownModule(
                String(name), known: WeightRole.projections.map(\.rawValue))
            }
            return role
          })
      })
  }

  /// The selected projections of a model, in the order of a pass.
  ///
  /// - Throws: ``ArchitectureError`` if a layer is out of range or nothing is selected.
  public func entries(in table: WeightTable) throws -> [WeightEntry] {
    let projections = table.entries.filter(\.isProjection)
    let count = (projections.compactMap(\.layer).max() ?? -1) + 1
    if let layer = layers?.layers.first(where: { $0 >= count || $0 < 0 }) {
      throw ArchitectureError.layerOutOfRange(layer, count: count)
    }
    let selected = projections.filter(contains)
    guard !selected.isEmpty else { throw ArchitectureError.emptySelection("\(self)") }
    return selected
  }

  /// Whether an entry is a selected projection.
  public func contains(_ entry: WeightEntry) -> Bool {
    guard entry.isProjection, let layer = entry.layer else { return false }
    return (layers?.contains(layer) ?? true) && (modules?.contains(entry.role) ?? true)
  }

  enum CodingKeys: String, CodingKey {
    case layers, modules
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      layers: try container.decodeIfPresent(LayerSet.self, forKey: .layers),
      modules: try container.decodeIfPresent([WeightRole].self, forKey: .modules).map(Set.init))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(layers, forKey: .layers)
    // In the order of a pass, so that equal selections have equal texts.
    try container.encodeIfPresent(
      modules.map { chosen in WeightRole.projections.filter(chosen.contains) }, forKey: .modules)
  }
}

extension WeightSelection: CustomStringConvertible {
  /// For messages: `layers 3-8, modules q_proj`.
  public var description: String {
    let names = modules.map { chosen in
      WeightRole.projections.filter(chosen.contains).map(\.rawValue).joined(separator: ",")
    }
    return "layers \(layers.map { "\($0)" } ?? "all"), modules \(names ?? "all")"
  }
}
