import Checkpoints
import Foundation
import Updates

/// Writes an edited model as a Hugging Face directory that `transformers` loads.
public enum CheckpointExporter {
  /// What was written, and what the checkpoint's own types took away from the edit.
  public struct Summary: Sendable, Hashable, Codable {
    /// What the edit did to each matrix.
    public let matrices: [MatrixEditRecord]
    /// ‖W − W as stored‖_F over the edited tensors.
    public let roundingNorm: Double
    /// ‖W − W₁‖_F (remove) or ‖W − W₀‖_F (keep) over the edited tensors.
    public let editNorm: Double

    enum CodingKeys: String, CodingKey {
      case matrices
      case roundingNorm = "rounding_norm"
      case editNorm = "edit_norm"
    }
  }

  /// Files beside the weights that belong to a model.
  private static let companions = [
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer.model",
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "chat_template.jinja", "chat_template.json", "additional_chat_templates",
  ]

  /// Writes configuration, tokenizer and weights in the types of the tuned checkpoint.
  ///
  /// For an adapter these are the base's. The directory appears under its name only when complete;
  /// weights are written tensor by tensor, edited matrices computed one at a time.
  ///
  /// - Parameters:
  ///   - edited: The edit laid over its pair.
  ///   - tuned: The checkpoint to write alike.
  ///   - directory: A directory that does not exist or is empty.
  ///   - threads: Matrices that are decomposed at once.
  /// - Returns: What was done.
  /// - Throws: ``EditError``, ``UpdateError`` or ``CheckpointError``; nothing is left behind.
  public static func write(
    _ edited: EditedTensors, like tuned: ModelCheckpoint, to directory: URL, threads: Int = 1
  ) throws -> Summary {
    let inputs = [edited.pair.base.url, edited.pair.tuned.url]
    try requireFree(directory, inputs: inputs)
    // Decomposes in parallel, and finds what cannot be edited before anything is written.
    let matrices = try edited.report(threads: threads)
    let rounding = try write(
      edited, changing: edited.editedNames, like: tuned.isAdapter ? edited.pair.base : tuned,
      inputs: inputs, to: directory)
    let norms = matrices.map { edited.reference == .tuned ? $0.removedNorm : $0.keptNorm }
    return Summary(
      matrices: matrices, roundingNorm: rounding,
      editNorm: norms.reduce(0) { $0 + $1 * $1 }.squareRoot())
  }

  /// Writes any tensors as a model of the same architecture, in the types of another checkpoint.
  ///
  /// - Parameters:
  ///   - source: The tensors.
  ///   - names: Those whose rounding is added up.
  ///   - layout: The checkpoint whose configuration, tokenizer and types are taken.
  ///   - inputs: Directories that must not be written over.
  ///   - directory: A directory that does not exist or is empty.
  /// - Returns: ‖W − W as stored‖_F over `names`.
  /// - Throws: ``EditError`` or ``CheckpointError``; nothing is left behind.
  @discardableResult
  public static func write(
    _ source: any TensorSource, changing names: [String], like layout: ModelCheckpoint,
    inputs: [URL], to directory: URL
  ) throws -> Double {
    try requireFree(directory, inputs: inputs)
    let files = FileManager.default
    let parent = directory.standardizedFileURL.deletingLastPathComponent()
    let partial = parent.appendingPathComponent(
      ".\(directory.lastPathComponent).\(UUID().uuidString)")
    do {
      try files.createDirectory(at: partial, withIntermediateDirectories: true)
      try copyCompanions(of: layout, to: partial)
      let rounding = try writeWeights(source, changing: Set(names), like: layout, to: partial)
      guard rename(partial.path, directory.path) == 0 else {
        throw EditError.notWritten(path: directory.path, reason: String(cString: strerror(errno)))
      }
      return rounding
    } catch {
      try? files.removeItem(at: partial)
      if error is CheckpointError || error is EditError || error is UpdateError { throw error }
      throw EditError.notWritten(
        path: directory.path, reason: error.localizedDescription)
    }
  }

  private static func requireFree(_ directory: URL, inputs: [URL]) throws {
    for input in inputs where isSame(directory, input) {
      throw EditError.outputIsInput(directory.path)
    }
    let occupants = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    if FileManager.default.fileExists(atPath: directory.path),
      !occupants.isEmpty || !isDirectory(directory)
    {
      throw EditError.outputExists(directory.path)
    }
  }

  private static func copyCompanions(of model: ModelCheckpoint, to directory: URL) throws {
    for name in companions {
      // Caches hold links to the files.
      let source = model.url.appendingPathComponent(name).resolvingSymlinksInPath()
      guard FileManager.default.fileExists(atPath: source.path) else { continue }
      try FileManager.default.copyItem(at: source, to: directory.appendingPathComponent(name))
    }
  }

  /// Writes model.safetensors; returns ‖W − W as stored‖ over the edited tensors.
  private static func writeWeights(
    _ source: any TensorSource, changing touched: Set<String>, like layout: ModelCheckpoint,
    to directory: URL
  ) throws -> Double {
    let tensors = try source.tensors.map { info in
      TensorInfo(
        name: info.name, dtype: try layout.source.require(info.name).dtype, shape: info.shape)
    }
    let infos = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    var lost = 0.0
    try SafetensorsWriter.write(
      tensors, to: directory.appendingPathComponent("model.safetensors")
    ) { name, rows, buffer in
      try source.read(name, rows: rows, into: buffer)
      guard let info = infos[name] else { return }
      if touched.contains(name) { lost += squaredRounding(buffer, to: info.dtype) }
      if rows.upperBound == info.rows { source.release(name) }
    }
    return lost.squareRoot()
  }

  private static func squaredRounding(
    _ values: UnsafeMutableBufferPointer<Float>, to dtype: DType
  ) -> Double {
    var sum = 0.0
    for value in values {
      let stored =
        switch dtype {
        case .bf16: BFloat16.rounded(value)
        case .f16: Float(Float16(value))
        case .f32, .f64: value
        }
      let lost = Double(value) - Double(stored)
      sum += lost * lost
    }
    return sum
  }

  /// Whether two paths lead to one directory: same device and inode.
  private static func isSame(_ first: URL, _ second: URL) -> Bool {
    var (left, right) = (stat(), stat())
    guard stat(first.path, &left) == 0, stat(second.path, &right) == 0 else { return false }
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino
  }

  private static func isDirectory(_ url: URL) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }
}
