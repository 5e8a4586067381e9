/// What an edit did to one matrix; norms are Frobenius, before rounding.
public struct MatrixEditRecord: Sendable, Hashable, Codable {
  /// The tensor's name.
  public let name: String
  /// Its block, or nil outside the blocks.
  public let layer: Int?
  /// Its module, for example `q_proj`; biases end in `.bias`.
  public let module: String
  /// ‖C‖²/‖ΔW‖² of the component, or of what stands in for it; 0 for a zero update.
  public let energyShare: Double
  /// ‖W₁ − W‖: what the edit takes from the tuned matrix.
  public let removedNorm: Double
  /// ‖W − W₀‖: what the edit leaves of the update.
  public let keptNorm: Double
  /// ‖ΔW‖.
  public let deltaNorm: Double

  enum CodingKeys: String, CodingKey {
    case name, layer, module
    case energyShare = "energy_share"
    case removedNorm = "removed_norm"
    case keptNorm = "kept_norm"
    case deltaNorm = "delta_norm"
  }
}
