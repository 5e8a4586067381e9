import JSON

/// The model's tokens: text to id and back.
struct Vocabulary: Sendable {
  private var table: ByteTable
  private var idOfIndex: [UInt32] = []
  /// The table's number of each id, or -1 where the ids have a gap.
  private var indexOfID: [Int32] = []
  private var texts: [String] = []

  /// Reads `{"text": id, …}`.
  init(_ node: ComponentNode) throws {
    guard let object = node.value.object else { throw node.invalid("an object of ids") }
    table = ByteTable(capacity: object.members.count)
    idOfIndex.reserveCapacity(object.members.count)
    indexOfID.reserveCapacity(object.members.count)
    // Gaps are rare; a lying id must not make us allocate gigabytes.
    let limit = 4 * object.members.count + (1 << 20)
    for (text, value) in object.members {
      guard let id = value.int, id >= 0, id < limit else {
        throw node.child(text, value).invalid("an id from 0 to \(limit - 1)")
      }
      let index = table.insert(text.bytes).index
      idOfIndex.append(UInt32(id))
      texts.append(text.string)
      while indexOfID.count <= id { indexOfID.append(-1) }
      guard indexOfID[id] < 0 else {
        throw node.child(text, value).invalid("an id of its own")
      }
      indexOfID[id] = Int32(index)
    }
  }

  /// Largest id + 1.
  var size: Int { indexOfID.count }

  func id(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32? {
    table.find(bytes).map { idOfIndex[$0] }
  }

  func id(of bytes: [UInt8]) -> UInt32? {
    table.find(bytes).map { idOfIndex[$0] }
  }

  func bytes(of id: Int) -> [UInt8]? {
    number(of: id).map { Array(table[$0]) }
  }

  func text(of id: Int) -> String? {
    number(of: id).map { texts[$0] }
  }

  private func number(of id: Int) -> Int? {
    guard indexOfID.indices.contains(id), indexOfID[id] >= 0 else { return nil }
    return Int(indexOfID[id])
  }
}
