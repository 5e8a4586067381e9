/// One text, the place in it whose activation is read, and the property's value there.
public struct ProbeItem: Sendable, Hashable, Codable {
  /// The value of the property.
  public enum Label: Sendable, Hashable, Codable {
    /// A class by name.
    case category(String)
    /// A finite number.
    case number(Double)
  }

  /// Which token's activation is read.
  public enum Position: Sendable, Hashable, Codable {
    /// The last token of the text.
    case last
    /// The last token that shares a character with a half-open range of Unicode code points.
    case span(Range<Int>)
  }

  /// Unique within its file.
  public let id: String
  /// What the model reads.
  public let text: String
  /// The value of the property.
  public let label: Label
  /// Which token is read.
  public let position: Position
  /// The key of the control task; the text itself where the file names none.
  ///
  /// Items of one type share a control label and are never on both sides of a grouped fold.
  public let type: String

  /// Creates an item; `type` defaults to the text.
  public init(
    id: String, text: String, label: Label, position: Position = .last, type: String? = nil
  ) {
    self.id = id
    self.text = text
    self.label = label
    self.position = position
    self.type = type ?? text
  }
}
