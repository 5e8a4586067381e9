/// Tells a person how far work has come; results never depend on it.
public struct Progress: Sendable {
  private let report: @Sendable (_ done: Int, _ total: Int, _ what: String) -> Void

  /// Reports to a closure: pieces done, pieces in all, what is being done.
  public init(_ report: @escaping @Sendable (_ done: Int, _ total: Int, _ what: String) -> Void) {
    self.report = report
  }

  /// Tells nobody.
  public static let silent = Progress { _, _, _ in }

  /// Tells that `done` of `total` pieces are ready and what comes next.
  public func update(_ done: Int, of total: Int, _ what: String) {
    report(done, total, what)
  }
}
