import JSON

/// Reads one line of a prompt file.
enum PromptReader {
  /// - Throws: ``EvaluationError`` that names file, line and field.
  static func prompt(_ line: some Sequence<UInt8>, at place: PromptPlace) throws -> Prompt {
    let value: JSONValue
    do {
      value = try JSONParser.parse(line)
    } catch let error as JSONError {
      throw EvaluationError.invalidJSON(place, reason: error.description)
    }
    let fields = try FieldReader(value, at: place)
    let kind = try kind(fields)
    try fields.refuseUnknown(kind)
    return Prompt(
      id: try fields.filledText(.id), ability: try fields.filledText(.ability),
      group: try fields.optionalText(.group), content: try content(kind, fields))
  }

  private static func kind(_ fields: FieldReader) throws -> Prompt.Kind {
    let name = try fields.text(.kind)
    guard let kind = Prompt.Kind(rawValue: name) else {
      let known = Prompt.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.invalid(.kind, expected: "one of \(known)", found: "\"\(name)\"")
    }
    return kind
  }

  private static func content(_ kind: Prompt.Kind, _ fields: FieldReader) throws -> Prompt.Content {
    switch kind {
    case .choice:
      let choices = try fields.texts(.choices)
      guard choices.count >= 2 else {
        throw fields.invalid(
          .choices, expected: "at least 2 choices", found: "\(choices.count)")
      }
      let last = choices.count - 1
      return .choice(
        prompt: try fields.text(.prompt), choices: choices,
        answer: try fields.integer(
          .answer, in: 0...last, "the index of a choice, 0 to \(last), counted from 0"))
    case .completion:
      return .completion(
        prompt: try fields.text(.prompt), answer: try fields.filledText(.answer))
    case .generate:
      return .generate(try generation(fields))
    case .minimalPair:
      let good = try fields.filledText(.good)
      let bad = try fields.filledText(.bad)
      guard good != bad else {
        throw fields.invalid(.bad, expected: "a text that differs from good", found: "the same")
      }
      return .minimalPair(good: good, bad: bad)
    case .text:
      return .text(try fields.filledText(.text))
    }
  }

  private static func generation(_ fields: FieldReader) throws -> Prompt.Generation {
    var generation = Prompt.Generation(
      prompt: try fields.filledText(.prompt), answer: try fields.filledText(.answer))
    generation.stop = try fields.optionalTexts(.stop) ?? generation.stop
    generation.maxTokens =
      try fields.optionalInteger(.maxTokens, in: 1...1_000_000, "a number of tokens, at least 1")
      ?? generation.maxTokens
    generation.extract = try fields.optionalText(.extract)
    if let pattern = generation.extract {
      do {
        _ = try AnswerExtractor(pattern: pattern)
      } catch EvaluationError.invalidPattern(_, let reason) {
        throw fields.invalid(
          .extract, expected: "a regular expression", found: "\"\(pattern)\" (\(reason))")
      }
    }
    generation.samples =
      try fields.optionalInteger(.samples, in: 1...100_000, "a number of draws, at least 1")
      ?? generation.samples
    if let temperature = try fields.optionalPositiveNumber(.temperature) {
      guard generation.samples > 0 else {
        throw fields.invalid(
          .temperature, expected: "a temperature only beside samples", found: "no samples")
      }
      generation.temperature = temperature
    }
    generation.reference = try fields.optionalText(.reference)
    if generation.reference == "" {
      throw fields.invalid(.reference, expected: "some text", found: "\"\"")
    }
    return generation
  }
}
