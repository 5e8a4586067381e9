import Experiments
import Foundation

/// What commands print: results to stdout, everything else to stderr.
enum Output {
  /// A line on stdout.
  static func line(_ text: String = "") { print(text) }

  /// A line on stderr.
  static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// A value as JSON on stdout.
  static func json(_ value: some Encodable) throws {
    print(try CanonicalJSON.text(value))
  }
}
