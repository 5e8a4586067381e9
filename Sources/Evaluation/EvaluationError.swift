/// Why prompts cannot be read or scored.
public enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A prompt file that cannot be opened.
  case unreadable(file: String, reason: String)
  /// A directory without prompt files.
  case noFiles(directory: String)
  /// A file without a single prompt, or no file at all.
  case noPrompts(file: String?)
  /// A line that is not JSON.
  case invalidJSON(PromptPlace, reason: String)
  /// A field that is missing, of the wrong type or out of range.
  case invalidField(PromptPlace, field: String, expected: String, found: String)
  /// A field that the prompt's kind does not know.
  case unknownField(PromptPlace, field: String, kind: String, allowed: [String])
  /// An id that stands twice in an ability.
  case duplicateID(PromptPlace, id: String, first: PromptPlace)
  /// A line whose ability or kind differs from the file's first line.
  case mixedFile(PromptPlace, field: String, expected: String, found: String)
  /// An ability that two files share.
  case repeatedAbility(String, file: String, first: String)
  /// `limit` or `sample` below 1.
  case invalidCount(name: String, found: Int)
  /// A pattern that is no regular expression.
  case invalidPattern(String, reason: String)
  /// A prompt without context, and a tokenizer without a token that could stand before it.
  case missingPrefixToken(prompt: String)
  /// A continuation whose tokens all belong to its context.
  case emptyContinuation(prompt: String, text: String)
  /// More tokens than the model's context holds.
  case tooLong(prompt: String, what: String, tokens: Int, limit: Int)
  /// A log-probability that is not a number.
  case notFinite(prompt: String, ability: String)

  /// What, where, expected, found, and what to try.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .noFiles(let directory):
      "\(directory): no *.jsonl file in this directory; name a prompt file or its directory"
    case .noPrompts(let file?):
      "\(file): no prompts; a prompt file holds one JSON object a line"
    case .noPrompts(nil):
      "no prompt files; name at least one"
    case .invalidJSON(let place, let reason):
      "\(place): \(reason); a prompt file holds one JSON object a line"
    case .invalidField(let place, let field, let expected, let found):
      "\(place): \(field): expected \(expected), found \(found)"
    case .unknownField(let place, let field, let kind, let allowed):
      "\(place): unknown field \"\(field)\"; a prompt of kind \(kind) has "
        + allowed.joined(separator: ", ")
    case .duplicateID(let place, let id, let first):
      "\(place): id \"\(id)\" stands already at \(first); ids are unique within an ability"
    case .mixedFile(let place, let field, let expected, let found):
      "\(place): \(field): expected \"\(expected)\" as on the file's first line, found "
        + "\"\(found)\"; a file holds one ability of one kind, so move the line to a file of its own"
    case .repeatedAbility(let ability, let file, let first):
      "\(file): ability \"\(ability)\" is already that of \(first); join the files or rename one"
    case .invalidCount(let name, let found):
      "\(name): expected at least 1 prompt an ability, found \(found); leave it out to take all"
    case .invalidPattern(let pattern, let reason):
      "extract: \"\(pattern)\" is not a regular expression: \(reason)"
    case .missingPrefixToken(let prompt):
      "prompt \(prompt): it has no context, and the tokenizer has neither a BOS nor an EOS token "
        + "to put before it; give the prompt a context"
    case .emptyContinuation(let prompt, let text):
      "prompt \(prompt): \"\(text)\" adds no token to its context; begin it with a space or a word"
    case .tooLong(let prompt, let what, let tokens, let limit):
      "prompt \(prompt): \(what) has \(tokens) tokens, the model's context holds \(limit); "
        + "shorten it"
    case .notFinite(let prompt, let ability):
      "prompt \(prompt) of \(ability): a log-probability is not a finite number; look for NaN or "
        + "infinite weights with `offaxis inspect`"
    }
  }
}
