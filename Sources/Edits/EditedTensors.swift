import Architecture
import Checkpoints
import LinearAlgebra
import Synchronization
import Updates

/// A checkpoint with an edit laid over it.
///
/// Each edited matrix is computed when it is first read, by one thread, and kept until it is
/// released; everything else is read from the reference. Edited tensors are F32 unless the edit
/// rounds them.
public final class EditedTensors: TensorSource {
  /// The checkpoint that all tensors which are not edited come from.
  public enum Reference: String, Sendable, Hashable, Codable {
    /// W₀, under `keep`.
    case base
    /// W₁, under `remove`.
    case tuned
  }

  /// W₀ and W₁.
  public let pair: CheckpointPair
  /// The edit.
  public let edit: Edit
  /// What the tensors that are not edited are.
  public let reference: Reference
  /// The edited tensors, in the order of a pass.
  public let editedNames: [String]
  /// The first block whose output the edit changes; nil if the edit changes what enters block 0.
  public let firstEditedLayer: Int?
  /// Every tensor of the architecture, sorted by name.
  public let tensors: [TensorInfo]
  private let infos: [String: TensorInfo]
  private let subspaces: SubspaceProvider
  private let cells: [Cell]
  private let cellsByName: [String: Cell]

  /// Lays an edit over a pair of checkpoints; no tensor is read yet.
  ///
  /// - Parameters:
  ///   - pair: W₀ and W₁.
  ///   - edit: What is done.
  ///   - subspaces: The provider of `pair.base`.
  /// - Throws: ``EditError`` if the edit means nothing, ``ArchitectureError`` if its selection is
  ///   empty or out of range.
  public init(pair: CheckpointPair, edit: Edit, subspaces: SubspaceProvider) throws {
    try edit.validate()
    self.edit = edit
    self.pair = pair
    self.subspaces = subspaces
    reference = edit.operation == .remove ? .tuned : .base
    let table = pair.base.weights
    let entries = try edit.entries(in: table)
    editedNames = entries.map(\.name)
    let changesInput = entries.contains {
      $0.role == .embedding || ($0.role == .unembedding && pair.base.specification.tiesEmbeddings)
    }
    firstEditedLayer = changesInput ? nil : entries.compactMap(\.layer).min()
    cells = entries.map(Cell.init)
    cellsByName = Dictionary(cells.map { ($0.entry.name, $0) }) { first, _ in first }
    let source = edit.operation == .remove ? pair.tuned.source : pair.base.source
    let (edited, known) = (Set(editedNames), Set(table.entries.map(\.name)))
    tensors = source.tensors.filter { known.contains($0.name) }.map { info in
      let dtype = edit.rounding ?? (edited.contains(info.name) ? .f32 : info.dtype)
      return TensorInfo(name: info.name, dtype: dtype, shape: info.shape)
    }
    infos = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
  }

  public func info(_ name: String) -> TensorInfo? { infos[name] }

  public func read(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let cell = cellsByName[name] else {
      try source.read(name, rows: rows, into: destination)
      round(destination)
      return
    }
    let matrix = try edited(cell)
    _ = destination.update(
      fromContentsOf: matrix.elements[
        rows.lowerBound * matrix.columns..<rows.upperBound * matrix.columns])
    round(destination)
  }

  public func readDouble(
    _ name: String, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Double>
  ) throws {
    if cellsByName[name] == nil, edit.rounding == nil {
      return try source.readDouble(name, rows: rows, into: destination)
    }
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: destination.count) { narrow in
      try read(name, rows: rows, into: narrow)
      for index in destination.indices { destination[index] = Double(narrow[index]) }
    }
  }

  /// Drops an edited matrix; its record stays.
  public func release(_ name: String) {
    if let cell = cellsByName[name] {
      cell.state.withLock { $0.matrix = nil }
    } else {
      source.release(name)
    }
  }

  /// Computes all edited matrices at once, for a model that will hold them all.
  ///
  /// - Throws: As ``report(threads:)``.
  public func prepare(threads: Int) throws {
    _ = try concurrentMap(cells.count, threads: threads) { _ = try edited(cells[$0]) }
  }

  /// What the edit did to each matrix, in the order of ``editedNames``.
  ///
  /// Matrices that were not read yet are computed and dropped.
  ///
  /// - Throws: ``UpdateError`` naming the tensor, ``CheckpointError`` if a file changed.
  public func report(threads: Int = 1) throws -> [MatrixEditRecord] {
    try concurrentMap(cells.count, threads: threads) { index in
      let cell = cells[index]
      if let record = cell.state.withLock(\.record) { return record }
      let result = try compute(cell.entry)
      cell.state.withLock { $0.record = result.record }
      return result.record
    }
  }

  private var source: any TensorSource {
    reference == .tuned ? pair.tuned.source : pair.base.source
  }

  private func edited(_ cell: Cell) throws -> Matrix<Float> {
    try cell.state.withLock { state in
      if let matrix = state.matrix { return matrix }
      let result = try compute(cell.entry)
      (state.matrix, state.record) = (result.matrix, result.record)
      return result.matrix
    }
  }

  private func compute(_ entry: WeightEntry) throws -> MatrixEdit {
    defer {
      pair.base.source.release(entry.name)
      pair.tuned.source.release(entry.name)
    }
    let split = try UpdateSplit(
      name: entry.name, base: pair.base.source.matrix(entry.name),
      delta: pair.delta(entry.name), options: edit.splitOptions, subspaces: subspaces)
    let tuned = try pair.tuned.source.matrix(entry.name)
    return try UpdateError.naming(entry.name) {
      try MatrixEdit(edit, entry: entry, split: split, tuned: tuned)
    }
  }

  private func round(_ values: UnsafeMutableBufferPointer<Float>) {
    guard edit.rounding == .bf16 else { return }
    for index in values.indices { values[index] = BFloat16.rounded(values[index]) }
  }
}

/// One edited matrix; its lock is held while it is computed.
private final class Cell: Sendable {
  struct State: Sendable {
    var matrix: Matrix<Float>?
    var record: MatrixEditRecord?
  }

  let entry: WeightEntry
  let state = Mutex(State())

  init(_ entry: WeightEntry) { self.entry = entry }
}
