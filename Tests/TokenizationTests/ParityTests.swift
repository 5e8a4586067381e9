import Foundation
import Testing
import Tokenization

@Suite struct ParityTests {
  static let pipelines = [
    "gpt2", "gpt2-literal", "roberta", "neox", "llama2-legacy", "llama2-metaspace", "phi3",
    "metaspace-always", "gemma", "llama3", "qwen2", "tekken", "o200k", "phi4", "deepseek",
    "smollm2", "falcon", "clip", "gpt1", "subwords", "behaviors",
  ]

  @Test(arguments: pipelines)
  func `Ids, offsets and text equal those of the tokenizers library`(kind: String) throws {
    try compare(try ReferenceTokenizers.load(kind), kind)
  }

  @Test(arguments: ["sentencepiece-llama", "sentencepiece-gemma", "sentencepiece-unigram"])
  func `Ids, offsets and text equal those of the SentencePiece library`(kind: String) throws {
    let tokenizer = try ReferenceTokenizers.load(
      kind, configuration: #"{"add_bos_token": false, "add_eos_token": false}"#)
    try compare(tokenizer, kind, rendersControls: false)
  }

  static let realModel = FileManager.default.homeDirectoryForCurrentUser
    .appending(path: ".cache/offaxis/SmolLM2-135M-Instruct")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: realModel.path), "make test-real fetches it"))
  func `The tokenizer of SmolLM2-135M equals that of the tokenizers library`() throws {
    try compare(try TokenizerLoader.load(directory: Self.realModel), "smollm2-135m")
  }

  private func compare(
    _ tokenizer: any Tokenizer, _ name: String, rendersControls: Bool = true
  ) throws {
    let reference = try ReferenceTokenizers.shared.get()
    let kind = try #require(reference.kinds[name])
    #expect(tokenizer.vocabularySize == kind.vocabularySize)
    try #require(reference.lines.count == kind.lineDigests.count)
    var different: [String] = []
    for (line, digest) in zip(reference.lines, kind.lineDigests) {
      let encoding = try tokenizer.encode(line, addSpecialTokens: true)
      let plain = try tokenizer.decode(encoding.ids, skipSpecialTokens: true)
      let whole = try tokenizer.decode(encoding.ids, skipSpecialTokens: !rendersControls)
      let record = ReferenceTokenizers.record(encoding, plain: plain, whole: whole)
      if ReferenceTokenizers.digest(record) != digest {
        different.append("\(line.debugDescription): \(record.debugDescription)")
      }
    }
    #expect(different.isEmpty, "\(different.count) lines, such as \(different.prefix(3))")

    var garbled: [[Int]] = []
    for (ids, digest) in zip(reference.samples(of: kind), kind.sampleDigests) {
      let text = try tokenizer.decode(ids, skipSpecialTokens: true)
      if ReferenceTokenizers.digest(text) != digest { garbled.append(ids) }
    }
    #expect(garbled.isEmpty, "\(garbled.count) sequences, such as \(garbled.prefix(3))")
  }
}
