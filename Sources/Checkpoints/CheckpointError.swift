/// Why a checkpoint cannot be read, compared or written.
public enum CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file or directory that is not there or cannot be read.
  case unreadable(path: String, reason: String)
  /// A file that cannot be written.
  case unwritable(path: String, reason: String)
  /// A file that became shorter while it was mapped.
  case fileChanged(path: String)
  /// A file that breaks a rule of the safetensors format.
  case invalidSafetensors(path: String, tensor: String?, rule: SafetensorsRule)
  /// A tensor that must be there.
  case missingTensor(name: String, location: String)
  /// A tensor of another shape than the configuration says.
  case wrongShape(name: String, path: String, expected: [Int], found: [Int])
  /// Tensors that the architecture needs and the checkpoint lacks, and those it does not know.
  case unboundTensors(path: String, bound: Int, missing: [String], unclaimed: [String])
  /// A copy of tied embeddings that differs from them.
  case untiedCopy(name: String, path: String)
  /// A weight that is NaN or infinite.
  case notFinite(name: String, path: String, row: Int, column: Int)
  /// A shard index that breaks a rule.
  case invalidIndex(path: String, problem: String)
  /// A directory that is no model.
  case notAModel(path: String, problem: String)
  /// A configuration that cannot be understood.
  case invalidConfiguration(path: String, problem: String)
  /// An adapter that cannot be understood, or whose ΔW is not s·B·A.
  case invalidAdapter(path: String, problem: String)
  /// Two checkpoints that are not versions of one model.
  case mismatchedPair(base: String, tuned: String, problem: String)

  /// One message: what, where, expected, found, what to try.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .fileChanged(let path):
      "\(path) became shorter while it was read: do not overwrite checkpoints in place"
    case .invalidSafetensors(let path, let tensor, let rule):
      "\(path) is no valid safetensors file\(tensor.map { ", tensor \"\($0)\"" } ?? ""): \(rule)"
    case .missingTensor(let name, let location): "tensor \"\(name)\" is not in \(location)"
    case .wrongShape(let name, let path, let expected, let found):
      "\(path), tensor \"\(name)\": expected shape \(expected) from config.json, found \(found)"
    case .unboundTensors(let path, let bound, let missing, let unclaimed):
      "\(path): \(bound) tensors bound"
        + (missing.isEmpty ? "" : ", \(missing.count) missing: \(Self.list(missing))")
        + (unclaimed.isEmpty ? "" : ", \(unclaimed.count) unclaimed: \(Self.list(unclaimed))")
        + "; compare model_type, num_hidden_layers and tie_word_embeddings in config.json"
    case .untiedCopy(let name, let path):
      "\(path): config.json ties the embeddings, but \"\(name)\" is stored and differs from them; "
        + "set tie_word_embeddings to false, or remove the copy"
    case .notFinite(let name, let path, let row, let column):
      "\(path), tensor \"\(name)\": the element at row \(row), column \(column) is not finite"
    case .invalidIndex(let path, let problem): "\(path): \(problem)"
    case .notAModel(let path, let problem): "\(path) is no model directory: \(problem)"
    case .invalidConfiguration(let path, let problem): "\(path): \(problem)"
    case .invalidAdapter(let path, let problem): "\(path): \(problem)"
    case .mismatchedPair(let base, let tuned, let problem):
      "\(base) and \(tuned) are not versions of one model: \(problem)"
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown), …" : shown
  }
}
