import Foundation
import TestSupport

/// The built `offaxis`, run as a user would.
struct Command {
  /// What a run printed and how it ended.
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// The package's root.
  static let root = Fixture.url("../..").standardizedFileURL

  /// The executable beside the test bundle.
  static var executable: URL {
    Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "offaxis")
      ?? root.appending(path: ".build/release/offaxis")
  }

  private static var candidates: [URL] {
    [executable, root.appending(path: ".build/release/offaxis")]
      + CommandLine.arguments.map {
        URL(fileURLWithPath: $0).deletingLastPathComponent().appending(path: "offaxis")
      }
  }

  /// Starts a command in the package's root.
  static func start(_ arguments: [String]) throws -> (Process, Pipe, Pipe) {
    let process = Process()
    process.executableURL =
      candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? executable
    process.arguments = arguments
    process.currentDirectoryURL = root
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  /// Runs a command to its end.
  static func run(_ arguments: String...) throws -> Result { try run(arguments) }

  /// Runs a command to its end.
  static func run(_ arguments: [String]) throws -> Result {
    let (process, output, errors) = try start(arguments)
    let out = output.fileHandleForReading.readDataToEndOfFile()
    let err = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: out, as: UTF8.self),
      errors: String(decoding: err, as: UTF8.self))
  }
}
