import Checkpoints
import Foundation

/// Opening one model, or an adapter with its base.
enum ModelOptions {
  /// The opened model and the directory that holds its tokenizer.
  static func open(_ path: String, base: String?) throws -> (
    model: ModelCheckpoint, directory: URL
  ) {
    let base = try base.map { try ModelCheckpoint.open(URL(fileURLWithPath: $0)) }
    let model = try ModelCheckpoint.open(URL(fileURLWithPath: path), base: base)
    model.warnings.forEach(Output.note)
    return (model, model.isAdapter ? base?.url ?? model.url : model.url)
  }
}
