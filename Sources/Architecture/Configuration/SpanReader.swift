import JSON

/// Which layers slide their attention window, from `sliding_window` and what qualifies it.
struct SpanReader {
  private let config: ConfigReader
  private let family: String
  private let layerCount: Int

  init(_ config: ConfigReader, _ family: String, layerCount: Int) {
    self.config = config
    self.family = family
    self.layerCount = layerCount
  }

  func spans() throws -> [AttentionSpan] {
    guard let types = try layerTypes() else { return try derived() }
    switch family {
    case "llama", "mistral":
      // `transformers` ignores `layer_types` here; what it would have meant must be what is done.
      let spans = try derived()
      guard zip(types, spans).allSatisfy({ $0 == ($1 != .full) }) else {
        throw ArchitectureError.unsupportedKey("layer_types", found: "a mixture in \(family)")
      }
      return spans
    default:
      let window = try usesWindow() ? window() : nil
      return try types.map { slides in
        guard slides else { return .full }
        guard let window else {
          throw ArchitectureError.invalidKey(
            "layer_types", found: "sliding_attention",
            expected: "a sliding_window with use_sliding_window")
        }
        return .sliding(window: window)
      }
    }
  }

  /// The spans when `layer_types` is absent.
  private func derived() throws -> [AttentionSpan] {
    switch family {
    case "llama":
      return Array(repeating: .full, count: layerCount)
    case "mistral":
      return Array(
        repeating: try window().map { .sliding(window: $0) } ?? .full, count: layerCount)
    default:
      let first = try config.count("max_window_layers", in: 0...ConfigReader.largestLength) ?? 28
      let window = try usesWindow() ? window() : nil
      return (0..<layerCount).map { layer in
        if layer >= first, let window { .sliding(window: window) } else { .full }
      }
    }
  }

  private func usesWindow() throws -> Bool { try config.flag("use_sliding_window") ?? false }

  /// The window: null switches it off, an absent key means the class default.
  private func window() throws -> Int? {
    try config.count("sliding_window", in: 1...ConfigReader.largestLength)
      ?? (config.has("sliding_window") ? nil : 4096)
  }

  /// Whether each layer is said to slide, or nil if nothing is said.
  private func layerTypes() throws -> [Bool]? {
    guard let types = try config.texts("layer_types") else { return nil }
    guard types.count == layerCount else {
      throw ArchitectureError.invalidKey(
        "layer_types", found: "\(types.count) entries", expected: "\(layerCount), one a layer")
    }
    return try types.map { type in
      switch type {
      case "full_attention": false
      case "sliding_attention": true
      default: throw ArchitectureError.unsupportedKey("layer_types", found: "\"\(type)\"")
      }
    }
  }
}
