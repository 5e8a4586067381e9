import Architecture
import ArgumentParser
import Checkpoints
import Foundation
import LinearAlgebra
import Tokenization
import Transformer

struct ForwardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forward",
    abstract: "Runs one text and writes logits and activations as safetensors.",
    discussion: """
      Example:
        offaxis forward models/base --text "Which is larger, 37 or 52?" \\
          --site 'blocks.*.hook_resid_post' --out acts.safetensors

      Writes `logits` [T, V] in f32 and every site under the name that was asked for. Sites are \
      named as in TransformerLens; `*` means every layer.
      """)

  @Argument(help: "Directory of a model or of an adapter.")
  var model: String

  @Option(help: "Directory of the base of an adapter.")
  var base: String?

  @Option(help: "The text to run; special tokens are added as the tokenizer says.")
  var text: String?

  @Option(help: "Token ids instead of a text: \"1 2 3\".")
  var tokens: String?

  @Option(name: .customLong("site"), help: "A site to write, any number of times.")
  var sites: [String] = []

  @Option(help: "The safetensors file to write.")
  var out: String

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard (text == nil) != (tokens == nil) else {
      throw ValidationError("give exactly one of --text and --tokens")
    }
  }

  func run() throws {
    let checkpoint = try ModelOptions.open(model, base: base)
    let ids = try tokenIDs(checkpoint.directory)
    let model = DecoderModel(checkpoint.model, threads: threads)
    let named = try sites.flatMap {
      try Site.expand($0, layerCount: model.specification.layerCount)
    }
    let recorder = SiteRecorder(named.map(\.site))
    let logits = try model.logits([ids], observer: named.isEmpty ? nil : recorder)
    var tensors: [(name: String, shape: [Int], elements: [Float])] = [
      ("logits", [logits[0].rows, logits[0].columns], logits[0].elements)
    ]
    for (name, site) in named {
      guard let found = recorder[site, 0] else { continue }
      tensors.append((name, found.shape, found.elements))
    }
    try SafetensorsWriter.write(InMemoryTensors(tensors), to: URL(fileURLWithPath: out))
    Output.note("wrote \(tensors.count) tensors of \(ids.count) tokens to \(out)")
  }

  private func tokenIDs(_ directory: URL) throws -> [Int] {
    if let tokens {
      return try tokens.split(whereSeparator: { $0 == " " || $0 == "," }).map { word in
        guard let id = Int(word) else {
          throw ValidationError("--tokens takes whole numbers, found \"\(word)\"")
        }
        return id
      }
    }
    let tokenizer = try TokenizerLoader.load(directory: directory, warn: Output.note)
    return try tokenizer.encode(text ?? "", addSpecialTokens: true).ids
  }
}
