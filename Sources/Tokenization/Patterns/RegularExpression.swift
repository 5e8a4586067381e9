internal import CPCRE2

/// A compiled pattern of tokenizer.json.
///
/// Matching uses PCRE2's just-in-time compiler and falls back to its interpreter where a text needs
/// more than the compiled code's stack.
///
/// Unchecked: the compiled code is written once in `init` and only read afterwards, which PCRE2
/// documents as safe from any thread.
final class RegularExpression: @unchecked Sendable {
  /// The pattern as it stands in the file.
  let pattern: String
  private let code: OpaquePointer

  /// - Parameters:
  ///   - pattern: A pattern in Oniguruma's dialect.
  ///   - path: Where it stands, for errors.
  /// - Throws: ``TokenizerError`` if it does not compile or means something else in PCRE2.
  init(_ pattern: String, path: String) throws {
    let translated: String
    do {
      translated = try PatternDialect.pcre2(pattern)
    } catch {
      throw TokenizerError.unsupported(path: path, value: pattern, reason: error.reason)
    }
    var status: Int32 = 0
    var offset = 0
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_MULTILINE)
    let bytes = Array(translated.utf8)
    let compiled = bytes.withUnsafeBufferPointer {
      pcre2_compile_8($0.baseAddress, $0.count, options, &status, &offset, nil)
    }
    guard let compiled else {
      throw TokenizerError.pattern(pattern, path: path, reason: Self.message(status))
    }
    self.pattern = pattern
    code = compiled
    // Without a JIT on this CPU the call fails and matching is interpreted: same result, slower.
    _ = pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
  }

  deinit {
    pcre2_code_free_8(code)
  }

  /// Calls `body` with every match in a range, from left to right, as ranges of `bytes`.
  ///
  /// Look-around sees nothing outside the range. An empty match directly after another match does
  /// not count.
  func forEachMatch(
    in bytes: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void
  ) throws {
    guard let data = pcre2_match_data_create_8(1, nil) else {
      throw TokenizerError.matching(pattern: pattern, reason: "out of memory")
    }
    defer { pcre2_match_data_free_8(data) }
    try bytes.withUnsafeBufferPointer { all in
      let subject = UnsafeBufferPointer(rebasing: all[range])
      var position = 0
      var lastEnd = -1
      while position <= subject.count, let match = try match(subject, from: position, data) {
        if match.isEmpty {
          position = match.upperBound + 1
          while position < subject.count, UTF8Scalar.isContinuation(subject[position]) {
            position += 1
          }
          if match.lowerBound == lastEnd { continue }
        } else {
          position = match.upperBound
        }
        lastEnd = match.upperBound
        body(match.lowerBound + range.lowerBound..<match.upperBound + range.lowerBound)
      }
    }
  }

  private func match(
    _ subject: UnsafeBufferPointer<UInt8>, from start: Int, _ data: OpaquePointer
  ) throws -> Range<Int>? {
    let unchecked = UInt32(PCRE2_NO_UTF_CHECK)
    var status = pcre2_match_8(
      code, subject.baseAddress, subject.count, start, unchecked, data, nil)
    if status == PCRE2_ERROR_JIT_STACKLIMIT {
      status = pcre2_match_8(
        code, subject.baseAddress, subject.count, start, unchecked | UInt32(PCRE2_NO_JIT), data,
        nil)
    }
    if status == PCRE2_ERROR_NOMATCH { return nil }
    // With one pair of offsets, a status of 0 says that groups were not reported.
    guard status >= 0, let offsets = pcre2_get_ovector_pointer_8(data), offsets[0] <= offsets[1]
    else { throw TokenizerError.matching(pattern: pattern, reason: Self.message(status)) }
    return offsets[0]..<offsets[1]
  }

  private static func message(_ status: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(status, &buffer, buffer.count)
    return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "\(status)"
  }
}
