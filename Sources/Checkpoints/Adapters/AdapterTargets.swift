import JSON

/// Which modules a LoRA configuration adapts, by PEFT's rules (`check_target_module_exists`).
struct AdapterTargets {
  /// `target_modules` or `exclude_modules`.
  private enum Names {
    /// Suffixes of module paths.
    case suffixes([String])
    /// One regular expression that matches the whole path.
    case pattern(String)
    /// Every linear map but the unembedding.
    case allLinear
  }

  private let included: Names
  private let excluded: Names?
  private let savedModules: [String]
  private let layers: Set<Int>?
  private let layerPatterns: [String]
  private let path: String

  /// Reads the keys that select modules.
  ///
  /// - Throws: ``CheckpointError``.
  init(_ reader: AdapterConfigReader, savedModules: [String]) throws {
    func names(_ key: String) throws -> Names? {
      switch reader[key] {
      case nil: nil
      case .string(let text) where text.string == "all-linear": .allLinear
      case .string(let text): .pattern(text.string)
      default: .suffixes(try reader.texts(key) ?? [])
      }
    }
    guard let included = try names("target_modules") else {
      throw reader.refuse("\"target_modules\" must be a list or a regular expression")
    }
    self.included = included
    excluded = try names("exclude_modules")
    self.savedModules = savedModules
    switch reader["layers_to_transform"] {
    case nil: layers = nil
    case let value?:
      let numbers = value.array?.compactMap(\.int) ?? value.int.map { [$0] }
      guard let numbers, numbers.count == value.array?.count ?? 1 else {
        throw reader.refuse("\"layers_to_transform\" must be a list of layers")
      }
      layers = numbers.isEmpty ? nil : Set(numbers)
    }
    if let one = reader["layers_pattern"]?.string {
      layerPatterns = [one]
    } else {
      layerPatterns = try reader.texts("layers_pattern") ?? []
    }
    path = reader.path
  }

  /// Whether a module is adapted.
  ///
  /// - Throws: ``CheckpointError`` if a pattern is no regular expression.
  func contains(_ module: String) throws -> Bool {
    if let excluded, try matches(excluded, module) { return false }
    for saved in savedModules where try matches("(^|.*\\.)\(saved)($|\\..*)", module) {
      return false
    }
    guard try matches(included, module) else { return false }
    guard let layers, case .suffixes(let names) = included, !names.contains(module) else {
      return true
    }
    return try layer(of: module).map(layers.contains) ?? false
  }

  /// Whether a regular expression matches a whole path.
  ///
  /// - Throws: ``CheckpointError`` if it is none.
  func matches(_ pattern: String, _ module: String) throws -> Bool {
    try regex(pattern).wholeMatch(in: module) != nil
  }

  private func matches(_ names: Names, _ module: String) throws -> Bool {
    switch names {
    case .suffixes(let names): names.contains { module == $0 || module.hasSuffix(".\($0)") }
    case .pattern(let pattern): try matches(pattern, module)
    case .allLinear: module != "lm_head"
    }
  }

  private func layer(of module: String) throws -> Int? {
    let patterns =
      layerPatterns.isEmpty
      ? [".*?\\.[^.]*\\.(\\d+)\\..*"] : layerPatterns.map { "(?:^|.*?\\.)\($0)\\.(\\d+)\\..*" }
    for pattern in patterns {
      if let match = try regex(pattern).wholeMatch(in: module),
        let digits = match.output.last?.substring
      {
        return Int(digits)
      }
    }
    return nil
  }

  private func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
    do {
      return try Regex(pattern)
    } catch {
      throw CheckpointError.invalidAdapter(
        path: path, problem: "\"\(pattern)\" is no regular expression that can be read")
    }
  }
}
