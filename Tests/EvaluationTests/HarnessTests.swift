import Evaluation
import Foundation
import JSON
import Testing
import Tokenization
import Transformer

/// Tokens and numbers of lm-evaluation-harness on a tiny model; tools/fixtures/evaluation.py.
@Suite struct HarnessTests {
  static let folder = repository.appending(path: "Tests/Fixtures/evaluation")
  static let contextLength = 32

  let cases: JSONValue
  let tokenizer: any Tokenizer

  init() throws {
    cases = try JSONParser.parse(Data(contentsOf: Self.folder.appending(path: "cases.json")))
    tokenizer = try TokenizerLoader.load(directory: Self.folder.appending(path: "model"))
  }

  private func rows(_ name: UTF8Text) throws -> [JSONValue] {
    let rows = try #require(cases[name]?.array)
    #expect(!rows.isEmpty)
    return rows
  }

  private func pairs() throws -> (prompts: [Prompt], rows: [JSONValue]) {
    let rows = try rows("pairs")
    let prompts = try rows.enumerated().map { index, row in
      Prompt(
        id: "\(index)", ability: "pairs",
        content: .completion(
          prompt: try #require(row["context"]?.string),
          answer: try #require(row["continuation"]?.string)))
    }
    return (prompts, rows)
  }

  @Test func contextsAndContinuationsHaveTheHarnessTokens() throws {
    let (prompts, rows) = try pairs()
    let prepared = try PreparedPrompts(
      prompts, tokenizer: tokenizer, contextLength: Self.contextLength)
    for (request, row) in zip(prepared.requests, rows) {
      let context = try #require(row["context_ids"]?.array).compactMap(\.int)
      let continuation = try #require(row["continuation_ids"]?.array).compactMap(\.int)
      #expect(request.context == context, "\(row)")
      #expect(request.continuation == continuation, "\(row)")
    }
    #expect(prepared.warnings.count == 1)
  }
}
