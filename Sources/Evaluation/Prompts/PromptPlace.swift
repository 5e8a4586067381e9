/// A line of a prompt file.
public struct PromptPlace: Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named.
  public let file: String
  /// The line, counted from 1.
  public let line: Int

  /// `FILE:LINE`, as editors take it.
  public var description: String { "\(file):\(line)" }
}
