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
  /// Tensors that the architecture needs and the checkpoint lacks.
  case missingTensors(path: String, names: [String])
  /// Tensors that the architecture does not know.
  case unclaimedTensors(path: String, names: [String])
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
    case .missingTensors(let path, let names):
      "\(path) lacks \(names.count) tensors of its architecture: \(Self.list(names))"
    case .unclaimedTensors(let path, let names):
      "\(path) has \(names.count) tensors that its architecture does not use: "
        + "\(Self.list(names)); is model_type right?"
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

/// A rule of the safetensors format.
public enum SafetensorsRule: Sendable, Equatable, CustomStringConvertible {
  case fileTooSmall(bytes: Int)
  case headerTooLarge(bytes: UInt64)
  case headerBeyondFile(header: UInt64, file: Int)
  case headerStart
  case invalidJSON(String)
  case notAnObject(found: String)
  case invalidMetadata(String)
  case missingField(String)
  case unknownField(String)
  case invalidField(String, found: String)
  case unsupportedDType(String)
  case tooManyDimensions(Int)
  case sizeOverflow
  case wrongSize(expected: Int, found: Int)
  case offsetsReversed
  case gap(expected: Int, found: Int)
  case wrongLength(expected: Int, found: Int)
  case reservedName

  /// The rule and what was found instead.
  public var description: String {
    switch self {
    case .fileTooSmall(let bytes): "a file has at least 8 bytes, found \(bytes)"
    case .headerTooLarge(let bytes): "a header has at most 100000000 bytes, found \(bytes)"
    case .headerBeyondFile(let header, let file):
      "the header of \(header) bytes ends beyond the file of \(file)"
    case .headerStart: "the header must begin with {"
    case .invalidJSON(let problem): "the header is \(problem)"
    case .notAnObject(let found): "an entry must be an object, found \(found)"
    case .invalidMetadata(let found): "__metadata__ maps texts to texts, found \(found)"
    case .missingField(let field): "the entry has no \"\(field)\""
    case .unknownField(let field): "the entry has an unknown field \"\(field)\""
    case .invalidField(let field, let found): "\"\(field)\" cannot be \(found)"
    case .unsupportedDType(let dtype):
      "dtype \(dtype) is not supported; supported: BF16, F16, F32, F64"
    case .tooManyDimensions(let count): "at most 8 dimensions are read, found \(count)"
    case .sizeOverflow: "the product of its sizes overflows"
    case .wrongSize(let expected, let found):
      "its shape and dtype take \(expected) bytes, its offsets span \(found)"
    case .offsetsReversed: "its data end before they begin"
    case .gap(let expected, let found):
      "data must follow each other: expected offset \(expected), found \(found)"
    case .wrongLength(let expected, let found):
      "the file must end with the last tensor: expected \(expected) bytes, found \(found)"
    case .reservedName: "no tensor can be called __metadata__"
    }
  }
}
