import Foundation
import Testing
import Tokenization

@Suite struct CharacterClassTests {
  static let names = [
    #"\s"#, #"\d"#, #"\w"#, #"\p{L}"#, #"\p{Lu}"#, #"\p{Ll}"#, #"\p{Lm}"#, #"\p{N}"#, #"\p{M}"#,
    #"\p{P}"#, #"\p{S}"#, "Digits", "Punctuation", "Whitespace", "NFC", "NFD", "NFKC", "NFKD",
    "Lowercase", "StripAccents", "Nmt",
  ]

  @Test(arguments: names)
  func `Every character is classed and mapped as by the tokenizers library`(name: String) throws {
    let reference = try ReferenceTokenizers.shared.get()
    let expected = try #require(reference.classes[name])
    let tokenizer = try load(name)
    try #require(reference.characterBlocks.count == expected.blockDigests.count)
    for (block, digest) in zip(reference.characterBlocks, expected.blockDigests) {
      var text = String.UnicodeScalarView()
      for scalar in block {
        text.append(contentsOf: expected.separator.unicodeScalars)
        text.append(scalar)
      }
      let encoding = try tokenizer.encode(String(text), addSpecialTokens: true)
      let record = ReferenceTokenizers.record(encoding, plain: "", whole: "")
      #expect(
        ReferenceTokenizers.digest(record) == digest,
        "U+\(String(block[0].value, radix: 16)) to U+\(String(block[block.count - 1].value, radix: 16))"
      )
    }
  }

  private func load(_ name: String) throws -> any Tokenizer {
    let file = ReferenceTokenizers.directory.appending(path: "characters.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let documents = try #require(object as? [String: Any])
    let document = try JSONSerialization.data(withJSONObject: try #require(documents[name]))
    return try ReferenceTokenizers.withDirectory(of: ["tokenizer.json": document]) {
      try TokenizerLoader.load(directory: $0)
    }
  }
}
