import ArgumentParser
import Checkpoints
import Edits
import Experiments
import Foundation
import Reports
import Updates

struct EditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Writes a checkpoint from which a part of the update was removed, or kept alone.",
    discussion: """
      Example:
        offaxis edit models/base models/rlvr/step-150 --remove off-principal --layers 2-3 \\
          --out edited

      The result is a Hugging Face directory in the tuned checkpoint's dtype that `transformers` \
      loads. What rounding to that dtype took away is printed.
      """)

  @Argument(help: "Directory of the base model.")
  var base: String

  @Argument(help: "Directory of the tuned model or of a PEFT adapter.")
  var tuned: String

  @Option(help: ArgumentHelp("Take this part out of the tuned model.", valueName: "component"))
  var remove: String?

  @Option(help: ArgumentHelp("Add this part alone to the base.", valueName: "component"))
  var keep: String?

  @Option(help: "Directory to write; must not exist.")
  var out: String

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var edit: EditOptions

  @Option(help: "Threads; results do not depend on them.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Print what was done as JSON.")
  var json = false

  func validate() throws {
    guard (remove == nil) != (keep == nil) else {
      throw ValidationError("give exactly one of --remove COMPONENT and --keep COMPONENT")
    }
    if edit.rescale && edit.lambda == 0 {
      throw ValidationError("--rescale has no meaning with --lambda 0")
    }
    if edit.rescale && remove != nil {
      throw ValidationError("--rescale goes with --keep")
    }
  }

  func run() throws {
    let component = try Words.usage { try Component(parsing: remove ?? keep ?? "") }
    let edit = Edit(
      operation: remove != nil ? .remove : .keep, component: component,
      selection: try selection.selection(), rank: try selection.rankRule(),
      maskRank: try selection.maskRankRule(), maskAlpha: selection.alpha,
      lambda: edit.lambda ?? 1, rescale: edit.rescale, include: Set(try edit.inclusions()),
      rounding: nil)
    let pair = try CheckpointPair.open(
      base: URL(fileURLWithPath: base), tuned: URL(fileURLWithPath: tuned))
    pair.warnings.forEach(Output.note)
    let exported = try EditExport.write(
      edit, of: pair, to: URL(fileURLWithPath: out), threads: threads)
    if json { return try Output.json(exported) }
    let share = Table.Cell.number(exported.energyShare * 100, digits: 2).shown
    let rounding = Table.Cell.number(
      exported.summary.editNorm > 0
        ? exported.summary.roundingNorm / exported.summary.editNorm : 0, digits: 4)
    Output.line(
      """
      \(edit.operation.rawValue) \(component): \(exported.summary.matrices.count) matrices, \
      \(share) % of the update's energy
      wrote \(out) (\(exported.dtype)); rounding to it moved the weights by \(rounding.shown) of \
      the edit's norm
      """)
  }
}
