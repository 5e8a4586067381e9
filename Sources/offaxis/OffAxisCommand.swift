import ArgumentParser
import Experiments

@main
struct OffAxisCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offaxis",
    abstract: "Shows where in the weights a fine-tuned ability lives.",
    discussion: """
      Splits the update from a base to a tuned checkpoint into principal and off-principal parts, \
      removes or keeps them, and measures which abilities drop, against matched controls.

      Start with `offaxis demo`; every command has --help with an example.
      """,
    version: Version.current,
    subcommands: [
      DemoCommand.self, InspectCommand.self, ForwardCommand.self, TokenizeCommand.self,
      GenerateCommand.self, ScoreCommand.self, DecomposeCommand.self, EditCommand.self,
      AblateCommand.self, AttributeCommand.self, ProbeCommand.self, TrackCommand.self,
      CompareCommand.self, ReportCommand.self,
    ])
}
