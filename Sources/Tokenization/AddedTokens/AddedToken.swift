import JSON

/// A token found in the text before the model sees it.
struct AddedToken: Sendable {
  let id: Int
  let content: [UInt8]
  /// Whether it counts only between word borders.
  let isSingleWord: Bool
  /// Whether it takes the white space before it along.
  let stripsLeft: Bool
  /// Whether it takes the white space after it along.
  let stripsRight: Bool
  /// Whether it is looked for in normalised text rather than in the text as given.
  let isNormalized: Bool
  /// Whether decoding may skip it.
  let isSpecial: Bool

  init(_ node: ComponentNode) throws {
    id = try node.member("id").index()
    content = try node.member("content").text().bytes
    isSingleWord = try node.bool("single_word", default: false)
    stripsLeft = try node.bool("lstrip", default: false)
    stripsRight = try node.bool("rstrip", default: false)
    isSpecial = try node.bool("special", default: false)
    isNormalized = try node.bool("normalized", default: !isSpecial)
  }
}
