import Foundation
import Testing
import Tokenization

@Suite struct TokenizerTests {
  @Test func `A template puts its tokens around the text only if asked`() throws {
    let tokenizer = try ReferenceTokenizers.load(
      "llama3", configuration: #"{"bos_token": {"content": "<|endoftext|>"}, "eos_token": "no"}"#)
    let bare = try tokenizer.encode("one two", addSpecialTokens: false)
    let framed = try tokenizer.encode("one two", addSpecialTokens: true)
    let bos = try #require(tokenizer.special.bos)
    #expect(framed.ids == [bos.id] + bare.ids)
    #expect(framed.offsets.first == 0..<0)
    #expect(tokenizer.special.addsBOS && !tokenizer.special.addsEOS)
    #expect(tokenizer.special.eos == nil)
    #expect(tokenizer.special.prefixTokenID == bos.id)
    #expect(tokenizer.id(of: bos.text) == bos.id && tokenizer.token(of: bos.id) == bos.text)
  }

  @Test(arguments: [
    (#"{}"#, true, false), (#"{"add_bos_token": false}"#, false, false),
    (#"{"add_bos_token": true, "add_eos_token": true}"#, true, true),
  ])
  func `A SentencePiece model frames the text as tokenizer_config.json says`(
    configuration: String, addsBOS: Bool, addsEOS: Bool
  ) throws {
    let tokenizer = try ReferenceTokenizers.load(
      "sentencepiece-llama", configuration: configuration)
    let bare = try tokenizer.encode("one two", addSpecialTokens: false).ids
    let framed = try tokenizer.encode("one two", addSpecialTokens: true).ids
    #expect(framed == (addsBOS ? [1] : []) + bare + (addsEOS ? [2] : []))
    #expect(try tokenizer.decode(framed, skipSpecialTokens: true) == "one two")
    #expect(
      try tokenizer.decode(framed, skipSpecialTokens: false)
        == (addsBOS ? "<s>" : "") + "one two" + (addsEOS ? "</s>" : ""))
  }

  @Test(arguments: ["gpt2-literal", "sentencepiece-llama"])
  func `The last token of a span is the last that shares a character with it`(
    kind: String
  ) throws {
    let tokenizer = try ReferenceTokenizers.load(kind)
    let text = "naïve 👍🏽 Съешь ещё"
    let encoding = try tokenizer.encode(text, addSpecialTokens: true)
    for position in 0..<text.unicodeScalars.count {
      let last = try #require(encoding.lastToken(in: position..<position + 1))
      #expect(encoding.offsets[last].contains(position))
      #expect(encoding.offsets.dropFirst(last + 1).allSatisfy { !$0.contains(position) })
    }
    #expect(encoding.lastToken(in: 100..<101) == nil)
  }

  @Test func `Offsets in bytes cover the same text as those in code points`() throws {
    let tokenizer = try ReferenceTokenizers.load("gpt2-literal")
    let text = "naïve 👍🏽 x"
    let encoding = try tokenizer.encode(text, addSpecialTokens: false)
    let scalars = Array(text.unicodeScalars)
    let bytes = Array(text.utf8)
    for (points, range) in zip(encoding.offsets, encoding.utf8Offsets(in: text)) {
      let slice = String(String.UnicodeScalarView(scalars[points]))
      #expect(Array(slice.utf8) == Array(bytes[range]))
    }
  }

  @Test func `Ids without a token have no text`() throws {
    for kind in ["gpt2", "sentencepiece-llama"] {
      let tokenizer = try ReferenceTokenizers.load(kind)
      let ids = try tokenizer.encode("one two", addSpecialTokens: false).ids
      let padded = [-1, tokenizer.vocabularySize] + ids + [1 << 40]
      #expect(try tokenizer.decode(padded, skipSpecialTokens: true) == "one two")
      #expect(tokenizer.token(of: -1) == nil)
      #expect(tokenizer.token(of: tokenizer.vocabularySize) == nil)
    }
  }

  @Test func `Many threads get the ids that one gets`() async throws {
    let tokenizer = try ReferenceTokenizers.load("qwen2")
    let lines = Array(try ReferenceTokenizers.shared.get().lines.prefix(200))
    let expected = try lines.map { try tokenizer.encode($0, addSpecialTokens: true) }
    try await withThrowingTaskGroup(of: [Encoding].self) { group in
      for _ in 0..<4 {
        group.addTask { try lines.map { try tokenizer.encode($0, addSpecialTokens: true) } }
      }
      for try await found in group { #expect(found == expected) }
    }
  }

  @Test func `A long run of one character takes no more than n log n`() throws {
    let tokenizer = try ReferenceTokenizers.load("llama2-legacy")
    let text = String(repeating: "ab", count: 200_000)
    let encoding = try tokenizer.encode(text, addSpecialTokens: false)
    #expect(try tokenizer.decode(encoding.ids, skipSpecialTokens: true) == text)
  }
}
