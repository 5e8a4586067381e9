import ArgumentParser
import Checkpoints
import Experiments
import Foundation
import Reports
import Tokenization

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tells what a model is: architecture, parameters, dtypes, files.",
    discussion: """
      Example:
        offaxis inspect models/base
        offaxis inspect models/lora-rlvr/step-100 --base models/base --hashes

      Reads headers and configuration only; --hashes reads every file, --tokenizer the vocabulary.
      """)

  @Argument(help: "Directory of a model or of an adapter.")
  var model: String

  @Option(help: "Directory of the base of an adapter.")
  var base: String?

  @Flag(help: "Hash every file (SHA-256).")
  var hashes = false

  @Flag(help: "Load the tokenizer too.")
  var tokenizer = false

  @Flag(help: "Print JSON.")
  var json = false

  private struct Document: Encodable {
    let model: ModelSummary
    let vocabulary: Int?
    let files: [InputFile]?
    let warnings: [String]
  }

  func run() throws {
    let base = try base.map { try ModelCheckpoint.open(URL(fileURLWithPath: $0)) }
    let opened = try ModelCheckpoint.open(URL(fileURLWithPath: model), base: base)
    var warnings = opened.warnings
    let vocabulary =
      try tokenizer
      ? TokenizerLoader.load(directory: (base ?? opened).url) { warnings.append($0) }
        .vocabularySize : nil
    let files = try hashes ? opened.files.map { try InputFile(role: "model", file: $0) } : nil
    let summary = opened.summary
    warnings.forEach(Output.note)
    if json {
      return try Output.json(
        Document(model: summary, vocabulary: vocabulary, files: files, warnings: warnings))
    }
    var rows = InspectTables.rows(summary)
    if let vocabulary { rows.append(("tokenizer", "\(vocabulary) tokens")) }
    for file in files ?? [] { rows.append((file.name, "\(file.sha256)  \(file.bytes) bytes")) }
    let width = rows.map(\.0.count).max() ?? 0
    for (name, value) in rows {
      Output.line(name + String(repeating: " ", count: width - name.count + 2) + value)
    }
  }
}
