import Architecture
import LinearAlgebra
import Transformer

/// Reads the activations that probes are trained on from a model.
///
///     let tokens = try TokenizedItems(set.items, tokenizer: tokenizer)
///     let capture = ActivationCapture(tokens, store: ActivationStore(directory))
///     let matrices = try capture.activations(at: sites, key: hash) { try openModel() }
public struct ActivationCapture: Sendable {
  /// Sequences in one call of the model: bounds the memory for whole-sequence copies.
  private static let batch = 32

  /// What is read and where.
  public let tokens: TokenizedItems
  /// Where captured activations are kept; nil keeps none.
  public let store: ActivationStore?

  /// Prepares a capture.
  public init(_ tokens: TokenizedItems, store: ActivationStore? = nil) {
    self.tokens = tokens
    self.store = store
  }

  /// The activations of a model at the items' tokens, [items, width] for each site.
  ///
  /// Layers above the last site are not run.
  ///
  /// - Throws: ``ProbeError/unsupportedSite(_:)``, `TransformerError`, `CheckpointError`.
  public func activations(of model: DecoderModel, at sites: [Site]) throws -> [Matrix<Float>] {
    let widths = try sites.map { site in
      guard let width = site.width(in: model.specification) else {
        throw ProbeError.unsupportedSite(site.name)
      }
      return width
    }
    var elements = Array(repeating: [Float](), count: sites.count)
    for start in stride(from: 0, to: tokens.sequences.count, by: Self.batch) {
      let range = start..<min(start + Self.batch, tokens.sequences.count)
      let captured = try model.activations(Array(tokens.sequences[range]), at: sites)
      for (item, activations) in zip(range, captured) {
        for (index, site) in sites.enumerated() {
          guard let found = activations[site] else {
            throw ProbeError.unsupportedSite(site.name)
          }
          elements[index] += found.row(tokens.positions[item])
        }
      }
    }
    return zip(widths, elements).map {
      Matrix(rows: tokens.sequences.count, columns: $0, elements: $1)
    }
  }

  /// The activations under a content key, captured only where the store does not hold them.
  ///
  /// - Parameters:
  ///   - sites: Sites with one vector a token.
  ///   - key: Equal for equal weights, edit and items; made of file-name characters.
  ///   - model: Opened only if something is missing.
  /// - Returns: [items, width] for each site.
  /// - Throws: ``ProbeError``, and what `model` throws.
  public func activations(
    at sites: [Site], key: String, model: () throws -> DecoderModel
  ) throws -> [Matrix<Float>] {
    var found = try sites.map { try store?.load(key, $0, items: tokens.sequences.count) }
    let missing = sites.indices.filter { found[$0] == nil }
    if !missing.isEmpty {
      let captured = try activations(of: try model(), at: missing.map { sites[$0] })
      for (index, matrix) in zip(missing, captured) {
        found[index] = matrix
        try store?.save(matrix, key, sites[index])
      }
    }
    return found.compactMap { $0 }
  }
}
