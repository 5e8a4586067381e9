import Tokenization
import Transformer

/// Texts to token requests by the rules of lm-evaluation-harness 0.4.13.
struct RequestEncoder {
  let tokenizer: any Tokenizer
  /// The most tokens a model reads at once, L.
  let contextLength: Int

  /// A request and whether its context lost tokens on the left.
  struct Encoded {
    var request: TokenScoringRequest
    var isTruncated: Bool
  }

  /// The log-likelihood of a continuation after a context.
  ///
  /// White space at the end of the context moves to the continuation, both are encoded together,
  /// and the continuation's tokens are those beyond the number of tokens of the context alone. An
  /// empty context is the BOS token, else the EOS token. What exceeds L + 1 tokens is cut on the
  /// left.
  func pair(_ context: String, _ continuation: String, of prompt: Prompt) throws -> Encoded {
    let kept = Self.withoutTrailingSpace(context)
    let tokens = try kept.isEmpty ? [] : encode(kept)
    if tokens.isEmpty {
      let whole = try encodePlainly(context + continuation)
      return try fitted(try prefixed(whole, of: prompt), continuation, of: prompt)
    }
    let whole = try encode(context + continuation)
    let request = TokenScoringRequest(
      context: tokens, continuation: Array(whole.dropFirst(tokens.count)))
    return try fitted(request, continuation, of: prompt)
  }

  /// The log-likelihood of a text of any length, in windows of at most L predicted tokens.
  ///
  /// The first window is conditioned on the BOS token, else the EOS token; a later one on the
  /// tokens before it that still fit, at least one. Unlike lm-evaluation-harness' rolling
  /// likelihood this never scores a BOS token that a template puts before the text.
  func windows(_ text: String, of prompt: Prompt) throws -> [TokenScoringRequest] {
    let first = try prefixed(try encodePlainly(text), of: prompt)
    guard !first.continuation.isEmpty else {
      throw EvaluationError.emptyContinuation(prompt: prompt.id, text: text)
    }
    let tokens = first.context + first.continuation
    return stride(from: 1, to: tokens.count, by: contextLength).map { start in
      let end = min(start + contextLength, tokens.count)
      return TokenScoringRequest(
        context: Array(tokens[max(end - contextLength - 1, 0)..<start]),
        continuation: Array(tokens[start..<end]))
    }
  }

  /// The tokens of a context to be continued by up to `room` tokens, cut on the left to fit.
  func context(_ text: String, room: Int, of prompt: Prompt) throws -> (
    tokens: [Int], isTruncated: Bool
  ) {
    guard room < contextLength else {
      throw EvaluationError.tooLong(
        prompt: prompt.id, what: "max_tokens", tokens: room, limit: contextLength - 1)
    }
    var tokens = try encode(text)
    if tokens.isEmpty { tokens = [try prefixToken(of: prompt)] }
    let isTruncated = tokens.count > contextLength - room
    return (Array(tokens.suffix(contextLength - room)), isTruncated)
  }

  private func fitted(
    _ request: TokenScoringRequest, _ text: String, of prompt: Prompt
  ) throws -> Encoded {
    guard !request.continuation.isEmpty else {
      throw EvaluationError.emptyContinuation(prompt: prompt.id, text: text)
    }
    guard request.continuation.count <= contextLength else {
      throw EvaluationError.tooLong(
        prompt: prompt.id, what: "a continuation", tokens: request.continuation.count,
        limit: contextLength)
    }
    let room = contextLength + 1 - request.continuation.count
    let context = Array(request.context.suffix(room))
    return Encoded(
      request: TokenScoringRequest(context: context, continuation: request.continuation),
      isTruncated: context.count < request.context.count)
  }

  /// Tokens after the prefix token; where they begin with it, it is not put twice.
  private func prefixed(_ tokens: [Int], of prompt: Prompt) throws -> TokenScoringRequest {
    let prefix = try prefixToken(of: prompt)
    let rest = tokens.first == prefix ? Array(tokens.dropFirst()) : tokens
    return TokenScoringRequest(context: [prefix], continuation: rest)
  }

  private func prefixToken(of prompt: Prompt) throws -> Int {
    guard let prefix = tokenizer.special.prefixTokenID else {
      throw EvaluationError.missingPrefixToken(prompt: prompt.id)
    }
    return prefix
  }

  /// With the template's special tokens, unless the text begins with the prefix token's text.
  private func encode(_ text: String) throws -> [Int] {
    let hasPrefix = tokenizer.special.prefixToken.map { text.utf8.starts(with: $0.text.utf8) }
    return try tokenizer.encode(text, addSpecialTokens: hasPrefix != true).ids
  }

  private func encodePlainly(_ text: String) throws -> [Int] {
    try tokenizer.encode(text, addSpecialTokens: false).ids
  }

  /// As Python's `rstrip`, which counts U+001C to U+001F as white space too.
  static func withoutTrailingSpace(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let end = scalars.lastIndex { !isSpace($0) }.map(scalars.index(after:)) ?? scalars.startIndex
    return String(scalars[..<end])
  }

  /// Whether Python's `str.isspace` holds.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
