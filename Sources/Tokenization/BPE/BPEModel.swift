import JSON
import Synchronization

/// Byte-pair encoding (Sennrich, Haddow and Birch 2016) with the options of tokenizer.json.
final class BPEModel: Sendable {
  let vocabulary: Vocabulary
  private let merges: MergeTable
  private let unknownID: UInt32?
  private let fusesUnknown: Bool
  private let byteIDs: [UInt32?]?
  private let ignoresMerges: Bool
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  private let workspaces = Mutex<[BPEWorkspace]>([])

  init(_ node: ComponentNode) throws {
    if let dropout = node.optional("dropout"), dropout.value.double != 0 {
      throw TokenizerError.unsupported(
        path: dropout.path, value: "\(dropout.value.double ?? .nan)",
        reason: "encoding would be random; set it to null")
    }
    let vocabulary = try Vocabulary(node.member("vocab"))
    self.vocabulary = vocabulary
    prefix = try node.optional("continuing_subword_prefix")?.text().bytes ?? []
    suffix = try node.optional("end_of_word_suffix")?.text().bytes ?? []
    merges = try Self.merges(
      node.member("merges"), vocabulary: vocabulary, prefixLength: prefix.count)
    fusesUnknown = try node.bool("fuse_unk", default: false)
    ignoresMerges = try node.bool("ignore_merges", default: false)
    unknownID = try node.optional("unk_token").map { unknown in
      guard let id = vocabulary.id(of: try unknown.text().bytes) else {
        throw unknown.invalid("a token of the vocabulary")
      }
      return id
    }
    byteIDs =
      try node.bool("byte_fallback", default: false)
      ? (UInt8.min...UInt8.max).map { vocabulary.id(of: ByteFallback.token(of: $0)) } : nil
  }

  /// Splits a piece into tokens.
  func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, with workspace: inout BPEWorkspace,
    into tokens: inout [BPEWorkspace.Token]
  ) {
    if ignoresMerges, let id = vocabulary.id(of: piece) {
      tokens.append(BPEWorkspace.Token(id: id, length: UInt32(piece.count)))
      return
    }
    if workspace.recall(piece, into: &tokens) { return }
    let start = tokens.count
    appendCharacters(of: piece, to: &workspace)
    workspace.merge(with: merges, into: &tokens)
    workspace.remember(piece, tokens[start...])
  }

  /// Lends a workspace for the length of a call; concurrent calls get different ones.
  func withWorkspace<R>(_ body: (inout BPEWorkspace) throws -> R) rethrows -> R {
    var workspace = workspaces.withLock { $0.popLast() } ?? BPEWorkspace()
    defer { workspaces.withLock { $0.append(workspace) } }
    return try body(&workspace)
  }

  /// The characters of a piece as the symbols to merge.
  private func appendCharacters(
    of piece: UnsafeBufferPointer<UInt8>, to workspace: inout BPEWorkspace
  ) {
    var unknown: BPEWorkspace.Token?
    var start = 0
    while start < piece.count {
      let end = min(start + UTF8Scalar.length(leading: piece[start]), piece.count)
      let character = UnsafeBufferPointer(rebasing: piece[start..<end])
      let length = UInt32(end - start)
      if let id = id(of: character, isFirst: start == 0, isLast: end == piece.count) {
        if let pending = unknown {
          workspace.append(pending)
          unknown = nil
        }
        workspace.append(BPEWorkspace.Token(id: id, length: length))
      } else if let bytes = byteTokens(
        of: character, isFirst: start == 0, isLast: end == piece.count)
      {
        for id in bytes { workspace.append(BPEWorkspace.Token(id: id, length: 1)) }
      } else if let unknownID {
        if fusesUnknown, let pending = unknown {
          unknown = BPEWorkspace.Token(id: unknownID, length: pending.length + length)
        } else {
          if let pending = unknown { workspace.append(pending) }
          unknown = BPEWorkspace.Token(id: unknownID, length: length)
        }
      }
      start = end
    }
    if let unknown { workspace.append(unknown) }
  }

  private func id(
    of character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool
  ) -> UInt32? {
    if prefix.isEmpty && suffix.isEmpty { return vocabulary.id(of: character) }
    return vocabulary.id(of: decorated(character, isFirst: isFirst, isLast: isLast))
  }

  private func byteTokens(
    of character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool
  ) -> [UInt32]? {
    guard let byteIDs else { return nil }
    let ids = decorated(character, isFirst: isFirst, isLast: isLast).map { byteIDs[Int($0)] }
    let present = ids.compactMap { $0 }
    return present.count == ids.count ? present : nil
  }

  private func decorated(
    _ character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool
  ) -> [UInt8] {
    (isFirst ? [] : prefix) + character + (isLast ? suffix : [])
  }

  /// Reads merges in either form: `"a b"` or `["a", "b"]`.
  private static func merges(
    _ node: ComponentNode, vocabulary: Vocabulary, prefixLength: Int
  ) throws -> MergeTable {
    guard let list = node.value.array else { throw node.invalid("an array of merges") }
    var table = MergeTable(capacity: list.count)
    var whole: [UInt8] = []
    var rank: UInt32 = 0
    for (position, value) in list.enumerated() {
      if let text = value.text, text.bytes.starts(with: Array("#version".utf8)) { continue }
      guard let (left, right) = pair(value),
        let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right)
      else {
        throw node.child(position, value).invalid("two tokens of the vocabulary")
      }
      whole.removeAll(keepingCapacity: true)
      whole.append(contentsOf: left)
      whole.append(contentsOf: right.dropFirst(prefixLength))
      guard let id = vocabulary.id(of: whole) else {
        throw node.child(position, value).invalid("a merge into a token of the vocabulary")
      }
      table.set(leftID, rightID, MergeTable.Merge(rank: rank, id: id))
      rank += 1
    }
    return table
  }

  private static func pair(_ value: JSONValue) -> (left: [UInt8], right: [UInt8])? {
    if let array = value.array {
      guard array.count == 2, let left = array[0].text, let right = array[1].text else {
        return nil
      }
      return (left.bytes, right.bytes)
    }
    guard let bytes = value.text?.bytes, let space = bytes.firstIndex(of: 0x20),
      !bytes[(space + 1)...].contains(0x20)
    else { return nil }
    return (Array(bytes[..<space]), Array(bytes[(space + 1)...]))
  }
}
