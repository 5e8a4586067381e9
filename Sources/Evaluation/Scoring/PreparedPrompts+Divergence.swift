import Transformer

extension PreparedPrompts {
  /// The requests of `text` prompts: what a model's distance from the base is measured on.
  public var textRequests: [TokenScoringRequest] {
    items.indices.filter(isText).flatMap { requests[items[$0].requests] }
  }

  /// Adds a model's distance from the base to the scores of `text` prompts.
  ///
  /// - Parameters:
  ///   - divergences: ``DecoderModel/divergences(from:on:state:otherState:)`` from the base, of
  ///     ``textRequests``.
  ///   - scores: The model's scores of these prompts; KL is a mean over a text's tokens.
  public func add(_ divergences: [Divergence], to scores: inout [PromptScore]) {
    var next = 0
    for index in items.indices where isText(index) {
      let windows = divergences[next..<next + items[index].requests.count]
      next = windows.endIndex
      let tokens = windows.reduce(0) { $0 + Double($1.tokens) }
      func mean(_ value: (Divergence) -> Double) -> Double {
        windows.reduce(0) { $0 + value($1) * Double($1.tokens) } / tokens
      }
      scores[index].details.klFromBase = mean(\.fromOther)
      scores[index].details.klToBase = mean(\.toOther)
    }
  }

  private func isText(_ index: Int) -> Bool { prompts[index].kind == .text }
}
