import Evaluation
import Testing
import Tokenization
import Transformer

/// The rules for contexts and continuations; numbers against lm-eval stand in HarnessTests.
@Suite struct PreparedPromptsTests {
  private func requests(_ content: Prompt.Content, contextLength: Int = 64, addsBOS: Bool = true)
    throws -> [TokenScoringRequest]
  {
    var tokenizer = ByteTokenizer()
    tokenizer.special.addsBOS = addsBOS
    return try PreparedPrompts(
      [Prompt(id: "p", ability: "a", content: content)], tokenizer: tokenizer,
      contextLength: contextLength
    ).requests
  }

  private func bytes(_ text: String) -> [Int] { text.utf8.map(Int.init) }

  @Test func spaceAtTheEndOfAContextMovesToTheContinuation() throws {
    let found = try requests(.completion(prompt: "a \u{A0}\n", answer: "b"))
    #expect(found == [.init(context: [256] + bytes("a"), continuation: bytes(" \u{A0}\nb"))])
  }

  @Test func anEmptyContextIsTheBeginningOfSequence() throws {
    for addsBOS in [true, false] {
      let found = try requests(.minimalPair(good: "ab", bad: "<s>c"), addsBOS: addsBOS)
      #expect(
        found == [
          .init(context: [256], continuation: bytes("ab")),
          .init(context: [256], continuation: bytes("c")),
        ])
      let blank = try requests(.completion(prompt: "  ", answer: "b"), addsBOS: addsBOS)
      #expect(blank == [.init(context: [256], continuation: bytes("  b"))])
    }
  }

  @Test func aBeginningOfSequenceInTheTextIsNotDoubled() throws {
    let found = try requests(.completion(prompt: "<s>a", answer: "b"))
    #expect(found == [.init(context: [256] + bytes("a"), continuation: bytes("b"))])
  }

  @Test func choicesShareTheirContext() throws {
    let found = try requests(.choice(prompt: "q", choices: [" x", " yz"], answer: 0))
    #expect(found.map(\.context) == [[256] + bytes("q"), [256] + bytes("q")])
    #expect(found.map(\.continuation) == [bytes(" x"), bytes(" yz")])
  }

  @Test func aLongContextIsCutOnTheLeftWithAWarning() throws {
    let prompt = Prompt(
      id: "long", ability: "a", content: .completion(prompt: "abcdefgh", answer: "ijk"))
    let prepared = try PreparedPrompts([prompt], tokenizer: ByteTokenizer(), contextLength: 6)
    // The last token is only predicted, so 7 tokens fit into 6 positions.
    #expect(
      prepared.requests == [.init(context: bytes("efgh"), continuation: bytes("ijk"))])
    #expect(prepared.warnings.count == 1)
    #expect(prepared.warnings[0].contains("prompt long of a is longer than the model's context"))
    let fits = try PreparedPrompts([prompt], tokenizer: ByteTokenizer(), contextLength: 11)
    #expect(fits.warnings.isEmpty)
    #expect(fits.requests[0].context.count == 9)
  }

  @Test func whatCannotBeScoredIsRefused() throws {
    let prompt = Prompt(
      id: "p", ability: "a", content: .completion(prompt: "", answer: "abcd"))
    #expect(
      throws: EvaluationError.tooLong(prompt: "p", what: "a continuation", tokens: 4, limit: 3)
    ) { try PreparedPrompts([prompt], tokenizer: ByteTokenizer(), contextLength: 3) }
    var bare = ByteTokenizer()
    bare.special = SpecialTokens()
    #expect(throws: EvaluationError.missingPrefixToken(prompt: "p")) {
      try PreparedPrompts([prompt], tokenizer: bare, contextLength: 30)
    }
    #expect(throws: EvaluationError.emptyContinuation(prompt: "p", text: "<s>")) {
      try requests(.text("<s>"))
    }
    #expect(
      throws: EvaluationError.tooLong(prompt: "p", what: "max_tokens", tokens: 64, limit: 63)
    ) { try requests(.generate(.init(prompt: "q", answer: "a", maxTokens: 64))) }
  }

  @Test func aLongTextIsReadInWindowsThatPredictEachTokenOnce() throws {
    let text = "abcdefghijk"
    let found = try requests(.text(text), contextLength: 4)
    #expect(found.flatMap(\.continuation) == bytes(text))
    #expect(
      found == [
        .init(context: [256], continuation: bytes("abcd")),
        .init(context: bytes("d"), continuation: bytes("efgh")),
        .init(context: bytes("gh"), continuation: bytes("ijk")),
      ])
  }
}
