import Foundation
import Testing
import Tokenization

@Suite struct TokenizerErrorTests {
  static let model =
    #""model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}"#

  /// Parts of a broken tokenizer.json, and what the message must say.
  static let broken: [(document: String, says: [String])] = [
    (#"{"normalizer": {"type": "Fancy"}, \#(model)}"#, ["tokenizer.json: normalizer", "Fancy"]),
    (
      #"{"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Odd"}]}, \#(model)}"#,
      ["pre_tokenizer.pretokenizers[0]", "Odd"]
    ),
    (#"{"decoder": {"type": "CTC"}, \#(model)}"#, ["decoder", "CTC"]),
    (#"{"post_processor": {"type": "Odd"}, \#(model)}"#, ["post_processor", "Odd"]),
    (#"{"model": {"type": "Unigram", "vocab": []}}"#, ["model", "Unigram"]),
    (#"{"decoder": null}"#, ["\"model\""]),
    (
      #"{"model": {"vocab": {"a": 0}, "merges": ["a c"]}}"#,
      ["model.merges[0]", "two tokens of the vocabulary"]
    ),
    (#"{"model": {"vocab": {"a": 0, "b": 0}, "merges": []}}"#, ["model.vocab.b", "id of its own"]),
    (#"{"model": {"vocab": {"a": -1}, "merges": []}}"#, ["model.vocab.a"]),
    (#"{"model": {"vocab": {"a": 0}, "merges": [], "dropout": 0.1}}"#, ["model.dropout"]),
    (#"{"model": {"vocab": {"a": 0}, "merges": [], "unk_token": "?"}}"#, ["model.unk_token"]),
    (
      #"{"added_tokens": [{"id": 7, "content": "ab"}], \#(model)}"#,
      ["added_tokens[0].id", "its id in the vocabulary"]
    ),
    (
      #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"}, \#(model)}"#,
      ["pre_tokenizer.pattern.Regex", "does not compile"]
    ),
    (
      #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a-z&&b]"}, "behavior": "Isolated"}, \#(model)}"#,
      ["pre_tokenizer.pattern.Regex", "&&"]
    ),
    (
      #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Odd"}, \#(model)}"#,
      ["pre_tokenizer.behavior", "Isolated"]
    ),
    (#"{"normalizer": {"type": "Prepend", "prepend": 3}, \#(model)}"#, ["normalizer.prepend"]),
    (#"{"model": "#, ["tokenizer.json", "byte"]),
  ]

  @Test(arguments: broken)
  func `A broken tokenizer.json is refused by name and path`(
    document: String, says: [String]
  ) throws {
    let message = try message(of: ["tokenizer.json": document])
    for part in says { #expect(message.contains(part), "\(message)") }
  }

  @Test func `A file that is no SentencePiece model is refused`() throws {
    #expect(try message(of: ["tokenizer.model": "nonsense"]).contains("SentencePiece"))
  }

  @Test func `A directory without a tokenizer is refused`() throws {
    #expect(try message(of: [:]).contains("no tokenizer.json"))
  }

  @Test func `Two files that disagree are reported and tokenizer.json is used`() throws {
    let pieces = try Data(
      contentsOf: ReferenceTokenizers.directory.appending(path: "sentencepiece-llama.model"))
    let files = ["tokenizer.json": Data("{\(Self.model)}".utf8), "tokenizer.model": pieces]
    try ReferenceTokenizers.withDirectory(of: files) { directory in
      var warnings: [String] = []
      let tokenizer = try TokenizerLoader.load(directory: directory) { warnings.append($0) }
      #expect(tokenizer.vocabularySize == 3)
      #expect(warnings.count == 1 && warnings[0].contains("vocabulary of 3"))
    }
  }

  private func message(of files: [String: String]) throws -> String {
    try ReferenceTokenizers.withDirectory(of: files.mapValues { Data($0.utf8) }) { directory in
      let error = #expect(throws: TokenizerError.self) {
        try TokenizerLoader.load(directory: directory)
      }
      return try #require(error).description
    }
  }
}
