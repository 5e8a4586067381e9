import Foundation

/// Vega's modules from Debian's `libjs-vega`, joined into one script for the page.
///
/// Debian ships the modules without a bundle, so a small `require` joins those that charts use.
enum VegaLibrary {
  private static let modules = [
    "util", "dataflow", "transforms", "view-transforms", "encode", "scale", "scenegraph", "canvas",
    "functions", "expression", "event-selector", "parser", "runtime", "view", "loader", "format",
    "time", "statistics", "projection", "geo", "selection",
  ]

  /// Where the modules lie: `OFFAXIS_VEGA`, else Debian's directory.
  static var directory: URL {
    let path = ProcessInfo.processInfo.environment["OFFAXIS_VEGA"] ?? "/usr/share/javascript/vega"
    return URL(fileURLWithPath: path, isDirectory: true)
  }

  /// The script; defines `vega.parse`, `vega.View` and `vega.Warn`.
  ///
  /// - Throws: ``ReportError/missingVega(path:)``.
  static func script() throws -> String {
    var parts = [
      "const vega=(()=>{const modules={},loaded={};",
      "const require=name=>{if(!loaded[name]){const module={exports:loaded[name]={}};",
      "modules[name](module,module.exports);loaded[name]=module.exports}return loaded[name]};",
    ]
    for module in modules {
      let file = directory.appendingPathComponent("vega-\(module).min.js")
      guard let text = try? String(contentsOf: file, encoding: .utf8) else {
        throw ReportError.missingVega(path: file.path)
      }
      // vega-parser asks for the plural.
      let name = module == "selection" ? "vega-selections" : "vega-\(module)"
      let source = text.split(separator: "//# sourceMappingURL").first ?? ""
      let safe = source.replacing("</script", with: "<\\/script")
      parts.append("modules[\"\(name)\"]=(module,exports)=>{\(safe)\n};")
    }
    parts.append(
      """
      require("vega-util").extend(require("vega-dataflow").transforms,require("vega-transforms"),\
      require("vega-view-transforms"),require("vega-encode"));
      return {parse:require("vega-parser").parse,View:require("vega-view").View,\
      Warn:require("vega-util").Warn}})();
      """)
    return parts.joined(separator: "\n")
  }
}

/// Why a report cannot be written.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Vega's scripts are not installed.
  case missingVega(path: String)
  /// A run without results.
  case empty(run: String)

  public var description: String {
    switch self {
    case .missingVega(let path):
      "no chart library at \(path): install Debian's libjs-vega, set OFFAXIS_VEGA to its "
        + "directory, or ask for --format md"
    case .empty(let run):
      "\(run) holds no results yet: finish the run first"
    }
  }
}
