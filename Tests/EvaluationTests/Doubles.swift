import Checkpoints
import Evaluation
import Foundation
import LinearAlgebra
import Synchronization
import TestSupport
import Tokenization
import Transformer

/// One token a byte; BOS is 256, EOS 257.
struct ByteTokenizer: Tokenizer {
  var special = SpecialTokens(
    bos: SpecialToken(id: 256, text: "<s>"), eos: SpecialToken(id: 257, text: "</s>"), addsBOS: true
  )
  var vocabularySize: Int { 258 }

  func encode(_ text: String, addSpecialTokens: Bool) throws -> Encoding {
    var ids = text.utf8.map(Int.init)
    var rest = ids[...]
    if text.hasPrefix("<s>") { (ids, rest) = ([256], rest.dropFirst(3)) } else { ids = [] }
    if addSpecialTokens, special.addsBOS { ids.insert(256, at: 0) }
    return Encoding(ids: ids + rest)
  }

  func decode(_ ids: [Int], skipSpecialTokens: Bool) throws -> String {
    String(decoding: ids.filter { $0 < 256 }.map(UInt8.init), as: UTF8.self)
  }

  func token(of id: Int) -> String? {
    id < 256 ? String(UnicodeScalar(UInt8(id))) : id == 256 ? "<s>" : "</s>"
  }

  func id(of token: String) -> Int? { nil }
}

/// A model that says what a test tells it to, and keeps what it was asked.
final class ScriptedModel: LanguageModel {
  let likelihood: @Sendable (TokenScoringRequest) -> TokenScore
  let response: @Sendable (TokenGenerationRequest) -> String
  let asked = Mutex<[TokenGenerationRequest]>([])

  init(
    likelihood: @escaping @Sendable (TokenScoringRequest) -> TokenScore = { request in
      TokenScore(
        logProbabilities: request.continuation.map { -Double($0 % 7) - 0.5 }, isGreedy: false)
    },
    response: @escaping @Sendable (TokenGenerationRequest) -> String = { _ in "" }
  ) {
    self.likelihood = likelihood
    self.response = response
  }

  func score(_ requests: [TokenScoringRequest]) throws -> [TokenScore] {
    requests.map(likelihood)
  }

  /// Hands out the response byte by byte until the request's stop holds.
  func generate(_ requests: [TokenGenerationRequest]) throws -> [[Int]] {
    asked.withLock { $0 += requests }
    return try requests.map { request in
      var ids: [Int] = []
      for byte in response(request).utf8.prefix(request.maxTokens) {
        ids.append(Int(byte))
        if try request.stops(ids) { break }
      }
      return ids
    }
  }
}

extension TemporaryDirectory {
  func write(_ text: String, to name: String = "prompts.jsonl") throws -> URL {
    let file = appending(name)
    try Data(text.utf8).write(to: file)
    return file
  }
}

/// The root of the repository.
let repository = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

func textPrompt(_ text: String, id: String = "t", group: String? = nil) -> Prompt {
  Prompt(id: id, ability: "texts", group: group, content: .text(text))
}

/// The model of a directory.
func decoder(_ directory: URL, threads: Int = 1) throws -> DecoderModel {
  DecoderModel(try ModelCheckpoint.open(directory), threads: threads)
}
