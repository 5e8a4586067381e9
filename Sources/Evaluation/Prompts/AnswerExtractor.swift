import Foundation

/// Finds the answer in a generated response.
///
/// The rules of lm-evaluation-harness' `regex` filter: the first match counts, of it the first
/// group that is not empty, else all of it; white space around it is dropped.
struct AnswerExtractor: Sendable {
  private let expression: NSRegularExpression?

  /// - Parameter pattern: A regular expression; nil takes the whole response.
  /// - Throws: ``EvaluationError/invalidPattern(_:reason:)``.
  init(pattern: String?) throws {
    guard let pattern else {
      expression = nil
      return
    }
    do {
      expression = try NSRegularExpression(pattern: pattern)
    } catch {
      throw EvaluationError.invalidPattern(pattern, reason: "it does not compile")
    }
  }

  /// The answer, or nil where nothing matches.
  func answer(in response: String) -> String? {
    guard let expression else { return Self.trimmed(response) }
    let whole = NSRange(response.startIndex..., in: response)
    guard let match = expression.firstMatch(in: response, range: whole) else { return nil }
    let texts = (0..<match.numberOfRanges).map { index in
      Range(match.range(at: index), in: response).map { String(response[$0]) } ?? ""
    }
    let groups = texts.dropFirst()
    return Self.trimmed(groups.isEmpty ? texts[0] : groups.first { !$0.isEmpty } ?? "")
  }

  /// The text without white space at its ends.
  static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
