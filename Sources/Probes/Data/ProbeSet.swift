import Foundation

/// The items of one property: the contents of one probe file.
public struct ProbeSet: Sendable, Equatable {
  /// The property: the file's name without `.jsonl`.
  public let name: String
  /// At least one item, in the order of the file.
  public let items: [ProbeItem]
  /// Where the items come from; what a run hashes.
  public let file: URL?

  /// Names a list of items.
  ///
  /// - Throws: ``ProbeError/noItems(place:)``, ``ProbeError/mixedLabels(place:expected:found:)``.
  public init(name: String, items: [ProbeItem]) throws {
    try self.init(name: name, items: items, file: nil) { "\(name), item \(items[$0].id)" }
  }

  private init(name: String, items: [ProbeItem], file: URL?, place: (Int) -> String) throws {
    guard let first = items.first else {
      throw ProbeError.noItems(place: file?.relativePath ?? name)
    }
    for (index, item) in items.enumerated() where item.label.kind != first.label.kind {
      throw ProbeError.mixedLabels(
        place: place(index), expected: first.label.kind, found: item.label.kind)
    }
    self.name = name
    self.items = items
    self.file = file
  }

  /// Reads probe files, one property each; a directory stands for its `*.jsonl` files, by name.
  ///
  /// - Throws: ``ProbeError`` that names the file, and where it is one the line.
  public static func load(_ urls: [URL]) throws -> [ProbeSet] {
    guard !urls.isEmpty else { throw ProbeError.noItems(place: "probe files") }
    return try urls.flatMap(expanded).map(read)
  }

  private static func expanded(_ url: URL) throws -> [URL] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw ProbeError.unreadable(file: url.relativePath, reason: "there is no such file")
    }
    guard isDirectory.boolValue else { return [url] }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
      throw ProbeError.unreadable(
        file: url.relativePath, reason: "the directory cannot be listed")
    }
    let files = names.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }.sorted()
    guard !files.isEmpty else { throw ProbeError.noItems(place: url.relativePath) }
    return files.map { url.appending(path: $0) }
  }

  private static func read(_ url: URL) throws -> ProbeSet {
    let file = url.relativePath
    guard let data = try? Data(contentsOf: url) else {
      throw ProbeError.unreadable(file: file, reason: "no permission, or not a file")
    }
    var items: [ProbeItem] = []
    var places: [String] = []
    var placeOfID: [String: String] = [:]
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy(isSpace) {
      let place = "\(file):\(index + 1)"
      let item = try ProbeItemReader.item(line, at: place)
      if let first = placeOfID.updateValue(place, forKey: item.id) {
        throw ProbeError.duplicateID(place: place, id: item.id, first: first)
      }
      items.append(item)
      places.append(place)
    }
    let name = url.deletingPathExtension().lastPathComponent
    return try ProbeSet(name: name, items: items, file: url) { places[$0] }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}

extension ProbeItem.Label {
  /// What kind of label this is, in words for error messages.
  fileprivate var kind: String {
    switch self {
    case .category: "a class name"
    case .number: "a number"
    }
  }
}
