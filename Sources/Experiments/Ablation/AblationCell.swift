import Architecture

/// The matrices that one edit of a sweep touches.
public struct AblationCell: Sendable, Hashable, Codable {
  /// The cut it belongs to.
  public let by: Granularity
  /// Its layers, ascending, zero-based.
  public let layers: [Int]
  /// Its modules in the order of a pass.
  public let modules: [WeightRole]

  /// Layers as `--layers` takes them.
  public var layerText: String {
    guard let first = layers.first, let last = layers.last else { return "" }
    if last - first + 1 == layers.count { return first == last ? "\(first)" : "\(first)-\(last)" }
    return layers.map(String.init).joined(separator: ",")
  }

  /// Modules as `--modules` takes them.
  public var moduleText: String { modules.map(\.rawValue).joined(separator: ",") }

  /// The selection of an edit of this cell.
  public var selection: WeightSelection {
    WeightSelection(layers: LayerSet(layers), modules: Set(modules))
  }

  /// Cuts the selected matrices of a model.
  ///
  /// - Throws: ``ArchitectureError`` if the selection is empty or out of range.
  static func cells(
    _ cuts: [Granularity], of selection: WeightSelection, in table: WeightTable
  ) throws -> [AblationCell] {
    let entries = try selection.entries(in: table)
    let layers = Array(Set(entries.compactMap(\.layer))).sorted()
    let chosen = Set(entries.map(\.role))
    let modules = WeightRole.projections.filter(chosen.contains)
    func cell(_ by: Granularity, _ layers: some Sequence<Int>, _ modules: [WeightRole])
      -> AblationCell
    {
      AblationCell(by: by, layers: Array(layers), modules: modules)
    }
    return cuts.flatMap { by -> [AblationCell] in
      switch by {
      case .model: [cell(by, layers, modules)]
      case .layer: layers.map { cell(by, [$0], modules) }
      case .module: modules.map { cell(by, layers, [$0]) }
      case .matrix: layers.flatMap { layer in modules.map { cell(by, [layer], [$0]) } }
      case .layersUp: layers.indices.map { cell(by, layers[...$0], modules) }
      case .layersDown: layers.indices.map { cell(by, layers[$0...], modules) }
      case .layerPairs: zip(layers, layers.dropFirst()).map { cell(by, [$0, $1], modules) }
      }
    }
  }
}
