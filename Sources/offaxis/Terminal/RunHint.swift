/// Where a run's results lie, and what to do with them.
enum RunHint {
  static func print(_ run: String?) {
    guard let run else { return }
    Output.line("\nresults in \(run); the page: offaxis report \(run)")
  }
}
