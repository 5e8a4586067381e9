import ArgumentParser

/// Which prompts are scored.
struct PromptOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Prompt files or directories of them (*.jsonl).", valueName: "file"))
  var prompts: [String] = []

  @Option(help: "The first N prompts of each ability.")
  var limit: Int?

  @Option(help: "A seeded subset of N prompts of each ability.")
  var sample: Int?

  @Option(help: "Seed of every random draw.")
  var seed: UInt64 = 0

  func validate() throws {
    if let limit, limit < 1 {
      throw ValidationError("--limit must be at least 1, found \(limit)")
    }
    if let sample, sample < 1 {
      throw ValidationError("--sample must be at least 1, found \(sample)")
    }
  }
}
