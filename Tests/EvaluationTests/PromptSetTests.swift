import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct PromptSetTests {
  @Test func everyKindIsRead() throws {
    let directory = try TemporaryDirectory()
    func one(_ line: String) throws -> Prompt {
      try #require(try PromptSet.load([directory.write(line)]).prompts.first)
    }
    let choice = try one(
      #"{"id":"1","ability":"a","group":"g","kind":"choice","prompt":"","choices":[" x"," y"],"#
        + #""answer":1}"#)
    #expect(choice.content == .choice(prompt: "", choices: [" x", " y"], answer: 1))
    #expect((choice.group, choice.expectedAnswer) == ("g", " y"))
    let completion = try one(
      #"{"id":"1","ability":"a","group":null,"kind":"completion","prompt":"p","answer":" q"}"#)
    #expect(completion.content == .completion(prompt: "p", answer: " q"))
    #expect(completion.group == nil)
    let pair = try one(
      #"{"id":"1","ability":"a","kind":"minimal-pair","good":"is","bad":"are"}"#)
    #expect(pair.content == .minimalPair(good: "is", bad: "are"))
    #expect(
      try one(#"{"id":"1","ability":"a","kind":"text","text":"é"}"#).content == .text("é"))
    let plain = try one(#"{"id":"1","ability":"a","kind":"generate","prompt":"p","answer":"7"}"#)
    #expect(plain.content == .generate(.init(prompt: "p", answer: "7")))
    let full = try one(
      #"{"id":"1","ability":"a","kind":"generate","prompt":"p","answer":"7","stop":["\n"],"#
        + #""max_tokens":9,"extract":"=(\\d+)","samples":4,"temperature":0.5,"reference":" 7"}"#)
    #expect(
      full.content
        == .generate(
          .init(
            prompt: "p", answer: "7", stop: ["\n"], maxTokens: 9, extract: #"=(\d+)"#, samples: 4,
            temperature: 0.5, reference: " 7")))
  }

  @Test func aPromptIsWrittenAsItIsRead() throws {
    let directory = try TemporaryDirectory()
    let prompts: [Prompt] = [
      Prompt(
        id: "1", ability: "a", group: "g",
        content: .choice(prompt: "p", choices: ["x", "y"], answer: 1)),
      Prompt(id: "1", ability: "b", content: .completion(prompt: "p\n", answer: "\"q\"")),
      Prompt(
        id: "1", ability: "c",
        content: .generate(
          .init(
            prompt: "p", answer: "7", stop: ["/"], maxTokens: 9, extract: "(7)", samples: 4,
            temperature: 0.5, reference: " 7"))),
      Prompt(id: "1", ability: "d", content: .minimalPair(good: "is", bad: "are")),
      Prompt(id: "1", ability: "e", content: .text("é👩‍🚀")),
    ]
    for prompt in prompts {
      let line = String(decoding: try JSONEncoder().encode(prompt), as: UTF8.self)
      #expect(try PromptSet.load([directory.write(line)]).prompts == [prompt])
    }
  }

  @Test(arguments: [
    ("{", "prompts.jsonl:2: invalid JSON at byte 1: expected a key"),
    (#"["id"]"#, "prompts.jsonl:2: expected an object, found an array"),
    (#"{"id":"2","ability":"a","kind":"text"}"#, "2: text: expected a string, found nothing"),
    (
      #"{"id":"2","ability":"a","kind":"text","text":7}"#, "text: expected a string, found a number"
    ),
    (#"{"id":"2","ability":"a","kind":"text","text":""}"#, #"expected some text, found """#),
    (#"{"id":"2","id":"3","ability":"a","kind":"text","text":"b"}"#, #"key "id" stands twice"#),
    (#"{"id":2,"ability":"a","kind":"text","text":"b"}"#, "id: expected a string, found a number"),
    (
      #"{"id":"2","ability":"a","kind":"essay","text":"b"}"#,
      #"kind: expected one of choice, completion, generate, minimal-pair, text, found "essay""#
    ),
    (
      #"{"id":"2","ability":"a","kind":"text","text":"b","prompt":"c"}"#,
      #"unknown field "prompt"; a prompt of kind text has id, ability, group, kind, text"#
    ),
    (#"{"id":"1","ability":"a","kind":"text","text":"b"}"#, "stands already at "),
    (
      #"{"id":"2","ability":"b","kind":"text","text":"b"}"#,
      #"ability: expected "a" as on the file's first line, found "b""#
    ),
    (
      #"{"id":"2","ability":"a","kind":"completion","prompt":"","answer":"b"}"#,
      #"kind: expected "text" as on the file's first line, found "completion""#
    ),
    (
      #"{"id":"2","ability":"a","kind":"choice","prompt":"","choices":["b","c"],"answer":2}"#,
      "answer: expected the index of a choice, 0 to 1, counted from 0, found 2"
    ),
    (
      #"{"id":"2","ability":"a","kind":"choice","prompt":"","choices":["b","c"],"answer":"b"}"#,
      "counted from 0, found a string"
    ),
    (
      #"{"id":"2","ability":"a","kind":"choice","prompt":"","choices":["b"],"answer":0}"#,
      "choices: expected at least 2 choices, found 1"
    ),
    (
      #"{"id":"2","ability":"a","kind":"choice","prompt":"","choices":["b",""],"answer":0}"#,
      #"found "" at index 1"#
    ),
    (
      #"{"id":"2","ability":"a","kind":"minimal-pair","good":"b","bad":"b"}"#,
      "bad: expected a text that differs from good, found the same"
    ),
    (
      #"{"id":"2","ability":"a","kind":"generate","prompt":"p","answer":"b","extract":"(" }"#,
      #"extract: expected a regular expression, found "(""#
    ),
    (
      #"{"id":"2","ability":"a","kind":"generate","prompt":"p","answer":"b","max_tokens":0}"#,
      "max_tokens: expected a number of tokens, at least 1, found 0"
    ),
    (
      #"{"id":"2","ability":"a","kind":"generate","prompt":"p","answer":"b","temperature":1}"#,
      "temperature: expected a temperature only beside samples, found no samples"
    ),
    (
      #"{"id":"2","ability":"a","kind":"generate","prompt":"p","answer":"b","samples":2,"#
        + #""temperature":0}"#,
      "temperature: expected a number above 0, found 0"
    ),
  ]) func aBadLineIsRefusedByFileAndLine(line: String, message: String) throws {
    let directory = try TemporaryDirectory()
    let good = #"{"id":"1","ability":"a","kind":"text","text":"b"}"#
    let file = try directory.write("\(good)\n\(line)\n")
    let error = try #require(throws: EvaluationError.self) { try PromptSet.load([file]) }
    let text = error.description
    #expect(text.contains("prompts.jsonl:2: "), "\(text)")
    #expect(text.contains(message), "\(text)")
  }

  @Test func aFileWithoutPromptsIsRefused() throws {
    let directory = try TemporaryDirectory()
    let empty = try directory.write(" \n\n")
    #expect(throws: EvaluationError.noPrompts(file: empty.relativePath)) {
      try PromptSet.load([empty])
    }
    #expect(throws: EvaluationError.noPrompts(file: nil)) { try PromptSet.load([]) }
    let missing = directory.appending("none.jsonl")
    #expect(throws: EvaluationError.self) { try PromptSet.load([missing]) }
    let other = try TemporaryDirectory()
    #expect(throws: EvaluationError.noFiles(directory: other.url.relativePath)) {
      try PromptSet.load([other.url])
    }
  }

  @Test func anAbilityInTwoFilesIsRefused() throws {
    let directory = try TemporaryDirectory()
    let line = #"{"id":"1","ability":"a","kind":"text","text":"b"}"#
    _ = try directory.write(line, to: "one.jsonl")
    _ = try directory.write(line, to: "two.jsonl")
    let error = try #require(throws: EvaluationError.self) {
      try PromptSet.load([directory.url])
    }
    #expect(error.description.contains(#"two.jsonl: ability "a" is already that of"#))
  }

  @Test func aDirectoryStandsForItsFilesByName() throws {
    let directory = try TemporaryDirectory()
    for name in ["b", "a"] {
      _ = try directory.write(
        #"{"id":"1","ability":"\#(name)","kind":"text","text":"b"}"# + "\r\n", to: "\(name).jsonl")
    }
    _ = try directory.write("not prompts", to: "README.md")
    let set = try PromptSet.load([directory.url])
    #expect(set.abilities == ["a", "b"])
    #expect(set.files.map(\.lastPathComponent) == ["a.jsonl", "b.jsonl"])
  }

  @Test func limitTakesTheFirstAndSampleASeededSubset() throws {
    let directory = try TemporaryDirectory()
    let lines = (0..<40).map { #"{"id":"\#($0)","ability":"a","kind":"text","text":"b"}"# }
    let file = try directory.write(lines.joined(separator: "\n"))
    func ids(_ limit: Int?, _ sample: Int?, seed: UInt64 = 0) throws -> [Int] {
      try PromptSet.load([file], limit: limit, sample: sample, seed: seed).prompts
        .compactMap { Int($0.id) }
    }
    #expect(try ids(3, nil) == [0, 1, 2])
    #expect(try ids(100, 100).count == 40)
    let sample = try ids(nil, 8)
    #expect(sample.count == 8 && sample == sample.sorted())
    #expect(try ids(nil, 8) == sample)
    #expect(try ids(nil, 8, seed: 1) != sample)
    #expect(try Set(ids(nil, 12)).isSuperset(of: sample))
    #expect(try ids(10, 4).allSatisfy { $0 < 10 })
    for bad in [0, -1] {
      #expect(throws: EvaluationError.invalidCount(name: "limit", found: bad)) {
        try ids(bad, nil)
      }
      #expect(throws: EvaluationError.invalidCount(name: "sample", found: bad)) {
        try ids(nil, bad)
      }
    }
  }

  @Test(arguments: ["family", "english"]) func theProjectsOwnPromptsAreRead(folder: String) throws {
    let set = try PromptSet.load([repository.appending(path: "prompts/\(folder)")])
    for ability in set.abilities {
      #expect(set.prompts.count { $0.ability == ability } >= 100, "\(ability)")
    }
    #expect(set.abilities.count >= (folder == "family" ? 6 : 10))
  }
}
