import Experiments

/// `--print-plan`: the plan with hashes, as `--plan` reads it.
enum PlanPrinter {
  static func print<P: Plan>(_ resolved: ResolvedPlan<P>) throws {
    Output.line(try PlanFile(resolved).text)
  }
}
