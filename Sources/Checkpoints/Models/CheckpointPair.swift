import Architecture
import Foundation
import JSON
import LinearAlgebra

/// A base and a tuned checkpoint, compared before any work.
public struct CheckpointPair: Sendable {
  /// W₀.
  public let base: ModelCheckpoint
  /// W₁.
  public let tuned: ModelCheckpoint
  /// Differences that do not stop the work, one sentence each.
  public let warnings: [String]

  /// Opens both and compares them.
  ///
  /// - Throws: ``CheckpointError/mismatchedPair(base:tuned:problem:)`` if ΔW = W₁ − W₀ is not
  ///   defined or the forward passes differ.
  public static func open(base: URL, tuned: URL) throws -> CheckpointPair {
    let first = try ModelCheckpoint.open(base)
    return try CheckpointPair(base: first, tuned: try ModelCheckpoint.open(tuned, base: first))
  }

  /// Compares two opened checkpoints.
  ///
  /// - Throws: ``CheckpointError/mismatchedPair(base:tuned:problem:)``.
  public init(base: ModelCheckpoint, tuned: ModelCheckpoint) throws {
    func refuse(_ problem: String) -> CheckpointError {
      .mismatchedPair(base: base.url.path, tuned: tuned.url.path, problem: problem)
    }
    let (left, right) = (base.specification, tuned.specification)
    guard left.vocabularySize == right.vocabularySize else {
      throw refuse(
        "vocabularies of \(left.vocabularySize) and \(right.vocabularySize) tokens; resize one "
          + "with resize_token_embeddings")
    }
    guard left.tiesEmbeddings == right.tiesEmbeddings else {
      throw refuse(
        "\(left.tiesEmbeddings ? "the base" : "the tuned model") ties its embeddings, the other "
          + "does not")
    }
    let shapes = Dictionary(base.weights.entries.map { ($0.name, $0.shape) }) { first, _ in first }
    let tunedNames = Set(tuned.weights.entries.map(\.name))
    if let only = base.weights.entries.first(where: { !tunedNames.contains($0.name) }) {
      throw refuse("only the base has \(only.name)")
    }
    for entry in tuned.weights.entries {
      guard let shape = shapes[entry.name] else {
        throw refuse("only the tuned model has \(entry.name)")
      }
      guard shape == entry.shape else {
        throw refuse("\(entry.name) is \(shape) in the base, \(entry.shape) in the tuned model")
      }
    }
    var comparable = right
    comparable.contextLength = left.contextLength
    comparable.family = left.family
    guard comparable == left else {
      throw refuse(Self.difference(left, right))
    }
    self.base = base
    self.tuned = tuned
    warnings = Self.warnings(base, tuned)
  }

  /// W₁ − W₀ of a tensor in `Float`, [rows, columns]; of an adapter s·B·A itself.
  ///
  /// Formed in `Double` from the values as stored.
  ///
  /// - Throws: ``CheckpointError``.
  public func delta(_ name: String) throws -> Matrix<Float> {
    try deltaDouble(name).converted()
  }

  /// W₁ − W₀ of a tensor in `Double`; exact for stored dtypes up to F32.
  ///
  /// - Throws: ``CheckpointError``; a weight that is NaN or infinite is named.
  public func deltaDouble(_ name: String) throws -> Matrix<Double> {
    let delta: Matrix<Double>
    if case .adapter(let adapter) = tuned.kind, adapter.replacements[name] == nil {
      if let update = adapter.updates[name] {
        delta = try update.delta()
      } else {
        let info = try base.source.require(name)
        return Matrix<Double>(rows: info.rows, columns: info.columns)
      }
    } else {
      delta = try tuned.source.doubleMatrix(name) - base.source.doubleMatrix(name)
    }
    if let index = delta.elements.firstIndex(where: { !$0.isFinite }) {
      let (row, column) = index.quotientAndRemainder(dividingBy: delta.columns)
      let isBase = try !base.source.doubleMatrix(name)[row, column].isFinite
      throw CheckpointError.notFinite(
        name: name, path: (isBase ? base : tuned).url.path, row: row, column: column)
    }
    return delta
  }

  /// Whether a tensor's stored values differ.
  ///
  /// - Throws: ``CheckpointError``.
  public func differs(_ name: String) throws -> Bool {
    if case .adapter(let adapter) = tuned.kind {
      return adapter.updates[name] != nil || adapter.replacements[name] != nil
    }
    return try !base.source.holdsSame(name, as: name, in: tuned.source)
  }

  /// The tensors whose stored values differ, in the order of a pass; reads both checkpoints.
  ///
  /// - Throws: ``CheckpointError``.
  public func differingTensors() throws -> [String] {
    try base.weights.entries.map(\.name).filter(differs)
  }

  // MARK: Words

  private static func difference(_ base: DecoderSpecification, _ tuned: DecoderSpecification)
    -> String
  {
    if base.rotary != tuned.rotary {
      return "their rotary embeddings differ: \(base.rotary) and \(tuned.rotary)"
    }
    if base.attentionSpans != tuned.attentionSpans { return "their attention windows differ" }
    if base.normEpsilon != tuned.normEpsilon {
      return "rms_norm_eps is \(base.normEpsilon) and \(tuned.normEpsilon)"
    }
    if base.attention != tuned.attention { return "their attention heads differ" }
    return "their configurations differ"
  }

  private static func warnings(_ base: ModelCheckpoint, _ tuned: ModelCheckpoint) -> [String] {
    var warnings: [String] = []
    warnings += base.warnings + tuned.warnings
    if base.storedDType != tuned.storedDType {
      warnings.append(
        "the base is stored as \(base.storedDType.rawValue), the tuned model as "
          + "\(tuned.storedDType.rawValue): part of ΔW is rounding")
    }
    if base.specification.contextLength != tuned.specification.contextLength {
      warnings.append(
        "max_position_embeddings is \(base.specification.contextLength) in the base and "
          + "\(tuned.specification.contextLength) in the tuned model")
    }
    for name in ["tokenizer.json", "tokenizer.model"] where !tuned.isAdapter {
      let contents = [base, tuned].map {
        FileManager.default.contents(atPath: $0.url.appendingPathComponent(name).path)
      }
      if let first = contents[0], let second = contents[1], first != second {
        warnings.append(
          "\(name) differs between base and tuned: prompts are encoded with the base's")
      }
    }
    return warnings
  }
}
