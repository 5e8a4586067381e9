import Foundation

/// Headless Chromium, where it is installed.
struct Browser {
  /// What a page became after its scripts ran.
  struct Result {
    /// The document's elements.
    let document: String
    /// What the page said on the console.
    let console: [String]
  }

  private static let executable = ["chromium", "chromium-browser", "google-chrome"]
    .map { URL(fileURLWithPath: "/usr/bin/\($0)") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  /// Whether there is one.
  static var isInstalled: Bool { executable != nil }

  /// Opens a file in a window of this width and waits for its scripts.
  static func open(_ page: URL, width: Int) throws -> Result {
    guard let executable else { throw CocoaError(.fileNoSuchFile) }
    let process = Process()
    process.executableURL = executable
    let profile = page.deletingLastPathComponent().appending(path: "profile")
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile.path)",
      "--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000",
      "--window-size=\(width),900", "--dump-dom", page.absoluteString,
    ]
    // Files, not pipes: helpers of the browser may keep a pipe open.
    let (output, errors) = (profile.path + ".html", profile.path + ".log")
    for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    let log = try String(contentsOfFile: errors, encoding: .utf8)
    return Result(
      document: try String(contentsOfFile: output, encoding: .utf8),
      console: log.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init))
  }
}
