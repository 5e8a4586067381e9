import ArgumentParser
import Foundation
import Tokenization

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Splits a text into tokens.",
    discussion: """
      Example:
        offaxis tokenize models/base --text "7+5=12" --json
      """)

  @Argument(help: "Directory of a model.")
  var model: String

  @Option(help: "The text.")
  var text: String?

  @Option(help: "A UTF-8 file with the text.")
  var file: String?

  @Flag(help: "Leave out the tokens that the model's template adds.")
  var plain = false

  @Flag(help: "Print {\"ids\", \"tokens\", \"offsets\"}.")
  var json = false

  private struct Document: Encodable {
    let ids: [Int]
    let tokens: [String]
    let offsets: [[Int]]
  }

  func validate() throws {
    guard (text == nil) != (file == nil) else {
      throw ValidationError("give exactly one of --text and --file")
    }
  }

  func run() throws {
    let tokenizer = try TokenizerLoader.load(
      directory: URL(fileURLWithPath: model), warn: Output.note)
    let encoding = try tokenizer.encode(try contents(), addSpecialTokens: !plain)
    if json {
      return try Output.json(
        Document(
          ids: encoding.ids, tokens: encoding.tokens,
          offsets: encoding.offsets.map { [$0.lowerBound, $0.upperBound] }))
    }
    Output.line(
      zip(encoding.ids, encoding.tokens).map { "\($0)\t\($1.debugDescription)" }
        .joined(separator: "\n"))
  }

  private func contents() throws -> String {
    if let text { return text }
    let path = file ?? ""
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ValidationError("cannot read \(path)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ValidationError("\(path) is not UTF-8")
    }
    return text
  }
}
