import Foundation
import Statistics

/// Prompts from one or more files, each of one ability and one kind.
public struct PromptSet: Sendable, Equatable {
  /// All prompts, in the order of files and lines.
  public let prompts: [Prompt]
  /// The files they come from; what a run hashes.
  public let files: [URL]

  /// Joins prompts and the files they were read from.
  public init(prompts: [Prompt], files: [URL] = []) {
    self.prompts = prompts
    self.files = files
  }

  /// The abilities, in the order of the files.
  public var abilities: [String] {
    var seen: Set<String> = []
    return prompts.map(\.ability).filter { seen.insert($0).inserted }
  }

  /// Reads prompt files; a directory stands for its `*.jsonl` files, by name.
  ///
  /// - Parameters:
  ///   - urls: Files and directories.
  ///   - limit: The first N prompts of each ability, as in lm-evaluation-harness.
  ///   - sample: A seeded subset of N prompts of each ability (of its first `limit`), in file order.
  ///   - seed: Decides the subset.
  /// - Returns: The prompts, at least one of each file.
  /// - Throws: ``EvaluationError`` that names the file, and where it is one the line.
  public static func load(
    _ urls: [URL], limit: Int? = nil, sample: Int? = nil, seed: UInt64 = 0
  ) throws -> PromptSet {
    for (name, count) in [("limit", limit), ("sample", sample)] {
      if let count, count < 1 { throw EvaluationError.invalidCount(name: name, found: count) }
    }
    guard !urls.isEmpty else { throw EvaluationError.noPrompts(file: nil) }
    let files = try urls.flatMap(expanded)
    var fileOfAbility: [String: URL] = [:]
    var prompts: [Prompt] = []
    for file in files {
      let read = try PromptFile.prompts(of: file)
      let ability = read[0].ability
      if let first = fileOfAbility.updateValue(file, forKey: ability) {
        throw EvaluationError.repeatedAbility(
          ability, file: file.relativePath, first: first.relativePath)
      }
      prompts += chosen(read, limit, sample, seed)
    }
    return PromptSet(prompts: prompts, files: files)
  }

  private static func chosen(
    _ prompts: [Prompt], _ limit: Int?, _ sample: Int?, _ seed: UInt64
  ) -> [Prompt] {
    let first = Array(prompts.prefix(limit ?? prompts.count))
    guard let sample else { return first }
    return Subset.indices(of: first.map(\.id), count: sample, seed: seed).map { first[$0] }
  }

  private static func expanded(_ url: URL) throws -> [URL] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw EvaluationError.unreadable(file: url.relativePath, reason: "there is no such file")
    }
    guard isDirectory.boolValue else { return [url] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path)
    } catch {
      throw EvaluationError.unreadable(
        file: url.relativePath, reason: "the directory cannot be listed")
    }
    let files = names.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }.sorted()
    guard !files.isEmpty else { throw EvaluationError.noFiles(directory: url.relativePath) }
    return files.map { url.appending(path: $0) }
  }
}

/// One file of prompts.
private enum PromptFile {
  /// The prompts, at least one; empty lines are passed over.
  static func prompts(of url: URL) throws -> [Prompt] {
    let name = url.relativePath
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw EvaluationError.unreadable(file: name, reason: "no permission, or not a file")
    }
    var prompts: [Prompt] = []
    var places: [String: PromptPlace] = [:]
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy(isSpace) {
      let place = PromptPlace(file: name, line: index + 1)
      let prompt = try PromptReader.prompt(line, at: place)
      if let first = prompts.first { try match(prompt, first, at: place) }
      if let first = places.updateValue(place, forKey: prompt.id) {
        throw EvaluationError.duplicateID(place, id: prompt.id, first: first)
      }
      prompts.append(prompt)
    }
    guard !prompts.isEmpty else { throw EvaluationError.noPrompts(file: name) }
    return prompts
  }

  private static func match(_ prompt: Prompt, _ first: Prompt, at place: PromptPlace) throws {
    guard prompt.ability == first.ability else {
      throw EvaluationError.mixedFile(
        place, field: "ability", expected: first.ability, found: prompt.ability)
    }
    guard prompt.kind == first.kind else {
      throw EvaluationError.mixedFile(
        place, field: "kind", expected: first.kind.rawValue, found: prompt.kind.rawValue)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}
