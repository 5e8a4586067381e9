/// Why a configuration, a site or a selection cannot be understood.
public enum ArchitectureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A key of config.json that must be there.
  case missingKey(String)
  /// A key of config.json whose value cannot be used.
  case invalidKey(String, found: String, expected: String)
  /// A model family that this engine does not compute.
  case unsupportedFamily(String, known: [String])
  /// A key that changes the maths in a way that this engine does not compute.
  case unsupportedKey(String, found: String)
  /// A site name that means nothing.
  case unknownSite(String, known: [String])
  /// A layer beyond the last.
  case layerOutOfRange(Int, count: Int)
  /// A module name that is no linear projection.
  case unknownModule(String, known: [String])
  /// Text that is no list of layers.
  case malformedLayers(String)
  /// A selection without matrices.
  case emptySelection(String)

  /// One message: what, where, expected, found.
  public var description: String {
    switch self {
    case .missingKey(let key):
      "config.json has no \"\(key)\""
    case .invalidKey(let key, let found, let expected):
      "config.json: \"\(key)\" is \(found), expected \(expected)"
    case .unsupportedFamily(let family, let known):
      "config.json: model_type \"\(family)\" is not supported; supported: "
        + known.joined(separator: ", ")
    case .unsupportedKey(let key, let found):
      "config.json: \"\(key)\" = \(found) changes the computation in a way that is not supported"
    case .unknownSite(let name, let known):
      "unknown site \"\(name)\"; sites: \(known.joined(separator: ", "))"
    case .layerOutOfRange(let layer, let count):
      "layer \(layer) is out of range: the model has layers 0-\(count - 1)"
    case .unknownModule(let name, let known):
      "unknown module \"\(name)\"; modules: \(known.joined(separator: ", "))"
    case .malformedLayers(let text):
      "\"\(text)\" is no list of layers: write 0,3-8 (zero-based, inclusive)"
    case .emptySelection(let text):
      "the selection \(text) holds no matrix of this model"
    }
  }
}
