import Edits
import Experiments
import Foundation
import Reports
import Updates

/// The demo: seven runs on the embedded family and one page.
struct DemoStory {
  let home: URL
  let out: URL
  let threads: Int
  let progress: Experiments.Progress
  let say: (String) -> Void

  /// Runs everything; an interrupted demo goes on.
  ///
  /// - Returns: The page.
  func run() throws -> URL {
    let measures = try decompose()
    let comparison = try compare()
    let ablation = try ablate()
    let layers = try ablateLayers()
    let attribution = try attribute()
    let probes = try probe()
    let training = try track()
    let page = try ReportBuilder.page(
      of: [ablation, layers, attribution, measures, comparison, probes, training],
      title: "OffAxis demo: an RLVR update taken apart")
    let file = out.appendingPathComponent("report.html")
    try AtomicFile.write(try page.html(), to: file)
    return file
  }

  private func path(_ name: String) -> String { home.appendingPathComponent(name).path }

  private var base: String { path("models/base") }
  private var rlvr: String { path("models/rlvr/step-150") }

  private func open<P: Plan>(_ name: String, _ resolved: ResolvedPlan<P>) throws -> RunDirectory {
    try RunDirectory.open(out.appendingPathComponent(name), for: resolved)
  }

  private func decompose() throws -> RunDirectory {
    var plan = DecompositionPlan(base: base, tuned: rlvr)
    (plan.nulls, plan.nullSeeds) = ([.norm], 5)
    let runner = try DecompositionRunner(plan)
    let directory = try open("decompose", runner.resolved)
    try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    say("Where the RLVR update's energy lies (k = 10 % of min(m, n)):")
    say(DecompositionTables.groups(try runner.result(of: directory.store)).text)
    return directory
  }

  private func compare() throws -> RunDirectory {
    let runs = [
      ("rlvr", "models/rlvr/step-150"), ("rlvr seed 1", "models/rlvr-seed1/step-150"),
      ("sft", "models/sft/step-150"), ("lora-rlvr", try lastStep("models/lora-rlvr")),
    ]
    let plan = ComparisonPlan(
      base: base, runs: runs.map { ComparisonPlan.Run(name: $0.0, tuned: path($0.1)) },
      nullSeeds: 2)
    let runner = try ComparisonRunner(plan)
    let directory = try open("compare", runner.resolved)
    try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    say("\nRLVR against SFT against LoRA:")
    say(ComparisonTables.runs(try runner.result(of: directory.store)).text)
    return directory
  }

  /// The whole update at once, on every ability.
  private func ablate() throws -> RunDirectory {
    var plan = AblationPlan(base: base, tuned: rlvr, prompts: [path("prompts/family")])
    plan.components = [.principal, .offPrincipal, .head(1), .rest]
    plan.sample = 80
    let (directory, result) = try ablate("ablate", plan)
    say("\nWhat removing and keeping parts does (± 95 %; ~ is the matched control):")
    say(AblationTables.summary(result, abilities: ["reasoning", "recall"]).text)
    say("")
    for finding in result.findings { say("• \(finding.text)") }
    return directory
  }

  /// Layer by layer, on the ability that was trained.
  private func ablateLayers() throws -> RunDirectory {
    var plan = AblationPlan(
      base: base, tuned: rlvr, prompts: [path("prompts/family/reasoning.jsonl")])
    (plan.by, plan.operations) = ([.layer], [.remove])
    (plan.components, plan.controlSeeds, plan.sample) = ([.offPrincipal], 3, 60)
    return try ablate("layers", plan).directory
  }

  private func ablate(_ name: String, _ plan: AblationPlan) throws -> (
    directory: RunDirectory, result: AblationResult
  ) {
    let runner = try AblationRunner(plan)
    let directory = try open(name, runner.resolved)
    _ = try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    return (directory, try runner.result(of: directory.store))
  }

  /// To first order, every matrix at once.
  private func attribute() throws -> RunDirectory {
    var plan = AttributionPlan(
      base: base, tuned: rlvr, prompts: [path("prompts/family/reasoning.jsonl")])
    (plan.steps, plan.checks, plan.sample) = (4, 4, 40)
    let runner = try AttributionRunner(plan)
    let directory = try open("attribution", runner.resolved)
    _ = try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    say("\nWhere reasoning's change comes from, to first order (reference log-likelihood):")
    let result = try runner.result(of: directory.store)
    say(AttributionTables.summary(result).text)
    say(AttributionTables.agreement(result))
    return directory
  }

  private func probe() throws -> RunDirectory {
    var plan = ProbePlan(
      models: [base, rlvr],
      probes: ["subject-number", "running-total"].map { path("probes/family/\($0).jsonl") })
    plan.components = [.offPrincipal]
    plan.penalties = [0.01, 1]
    plan.sample = 200
    let runner = try ProbeRunner(plan)
    let directory = try open("probe", runner.resolved)
    try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    return directory
  }

  private func track() throws -> RunDirectory {
    let steps = try FileManager.default.contentsOfDirectory(atPath: path("models/rlvr"))
      .filter { $0.hasPrefix("step-") }.sorted()
    let runner = try TrackRunner(
      TrackPlan(base: base, steps: steps.map { path("models/rlvr/\($0)") }))
    let directory = try open("track", runner.resolved)
    try runner.run(in: directory, threads: threads, progress: progress)
    try RunTables.write(directory)
    return directory
  }

  /// The last checkpoint of a run.
  private func lastStep(_ directory: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: path(directory))
    let steps = names.compactMap { name in
      name.hasPrefix("step-") ? Int(name.dropFirst(5)) : nil
    }
    return "\(directory)/step-\(steps.max() ?? 0)"
  }
}
