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
      throw refuse("one ties its embeddings, the other does not")
    }
    let names = Set(tuned.weights.entries.map(\.name))
    for entry in base.weights.entries {
      guard names.contains(entry.name) else { throw refuse("only the base has \(entry.name)") }
    }
    for entry in tuned.weights.entries {
      let other = base.weights.entries.first { $0.name == entry.name }
      guard let other else { throw refuse("only the tuned model has \(entry.name)") }
      guard other.shape == entry.shape else {
        throw refuse("\(entry.name) is \(other.shape) in the base, \(entry.shape) in the tuned")
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

  /// W₁ − W₀ of a tensor in `Double`.
  ///
  /// - Throws: ``CheckpointError``.
  public func deltaDouble(_ name: String) throws -> Matrix<Double> {
    if case .adapter(let adapter) = tuned.kind, adapter.replacements[name] == nil {
      if let factors = adapter.factors[name] { return factors.delta() }
      let info = try base.source.require(name)
      return Matrix<Double>(rows: info.rows, columns: info.columns)
    }
    return try tuned.source.doubleMatrix(name) - base.source.doubleMatrix(name)
  }

  /// Whether a tensor's stored values differ.
  ///
  /// - Throws: ``CheckpointError``.
  public func differs(_ name: String) throws -> Bool {
    if case .adapter(let adapter) = tuned.kind {
      return adapter.factors[name] != nil || adapter.replacements[name] != nil
    }
    let info = try base.source.require(name)
    let step = max(1, (1 << 18) / max(1, info.columns))
    for start in stride(from: 0, to: info.rows, by: step) {
      let rows = start..<min(start + step, info.rows)
      let parts = try [base.source, tuned.source].map { source in
        try [Double](unsafeUninitializedCapacity: rows.count * info.columns) { buffer, count in
          try source.readDouble(name, rows: rows, into: buffer)
          count = buffer.count
        }
      }
      if parts[0] != parts[1] { return true }
    }
    return false
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
        warnings.append("\(name) differs between base and tuned: prompts are encoded with the base's")
      }
    }
    return warnings
  }
}
