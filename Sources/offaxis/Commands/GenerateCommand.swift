import Architecture
import ArgumentParser
import Foundation
import Tokenization
import Transformer

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continues a text.",
    discussion: """
      Example:
        offaxis generate models/rlvr/step-150 \\
          --text "Q: Sam has 7 stones, gets 5, eats 7. How many? A:"
      """)

  @Argument(help: "Directory of a model or of an adapter.")
  var model: String

  @Option(help: "Directory of the base of an adapter.")
  var base: String?

  @Option(help: "The text to continue.")
  var text: String

  @Option(help: "The most tokens to generate.")
  var maxTokens = 64

  @Option(help: "0 takes the likeliest token each time.")
  var temperature = 0.0

  @Option(help: "Seed of the draws.")
  var seed: UInt64 = 0

  @Flag(help: "Print {\"text\", \"ids\"}.")
  var json = false

  @Option(help: "Threads.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  private struct Document: Encodable {
    let text: String
    let ids: [Int]
  }

  func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1") }
    if !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be at least 0, found \(temperature)")
    }
  }

  func run() throws {
    let checkpoint = try ModelOptions.open(model, base: base)
    let tokenizer = try TokenizerLoader.load(directory: checkpoint.directory, warn: Output.note)
    var context = try tokenizer.encode(text, addSpecialTokens: true).ids
    if context.isEmpty, let prefix = tokenizer.special.prefixTokenID { context = [prefix] }
    let model = DecoderModel(checkpoint.model, threads: threads)
    let room = max(1, model.specification.contextLength - maxTokens)
    let request = TokenGenerationRequest(
      context: Array(context.suffix(room)), maxTokens: maxTokens, temperature: temperature,
      seed: seed,
      endTokens: tokenizer.special.eos.map { [$0.id] } ?? [])
    let ids = try model.generate([request])[0]
    let continuation = try tokenizer.decode(ids, skipSpecialTokens: true)
    if json { return try Output.json(Document(text: continuation, ids: ids)) }
    Output.line(continuation)
  }
}
