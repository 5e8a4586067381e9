import Architecture

/// Which tensors of a checkpoint the architecture uses.
struct TensorBinding: Sendable {
  /// Tensors of the architecture that are there, in shape.
  let bound: Int
  /// Tensors that are not used and change nothing: rotary buffers, a copy of tied embeddings.
  let ignored: [String]

  /// Binds a table to a source; headers only, unless tied embeddings are stored twice.
  ///
  /// - Throws: ``CheckpointError`` if a tensor is missing, unclaimed or of another shape.
  init(_ table: WeightTable, to source: any TensorSource, tied: Bool, path: String) throws {
    let known = Set(table.entries.map(\.name))
    let missing = table.entries.map(\.name).filter { source.info($0) == nil }
    var ignored: [String] = []
    var unclaimed: [String] = []
    let copy = "lm_head.weight"
    for info in source.tensors where !known.contains(info.name) {
      if info.name.hasSuffix(".rotary_emb.inv_freq") || (tied && info.name == copy) {
        ignored.append(info.name)
      } else {
        unclaimed.append(info.name)
      }
    }
    guard missing.isEmpty, unclaimed.isEmpty else {
      throw CheckpointError.unboundTensors(
        path: path, bound: table.entries.count - missing.count, missing: missing,
        unclaimed: unclaimed)
    }
    for entry in table.entries {
      let info = try source.require(entry.name)
      guard info.shape == entry.shape else {
        throw CheckpointError.wrongShape(
          name: entry.name, path: path, expected: entry.shape, found: info.shape)
      }
    }
    if ignored.contains(copy), let embedding = table.entry(.embedding),
      try !source.holdsSame(copy, as: embedding.name, in: source)
    {
      throw CheckpointError.untiedCopy(name: copy, path: path)
    }
    bound = table.entries.count
    self.ignored = ignored
  }
}
