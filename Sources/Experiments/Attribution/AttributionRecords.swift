/// A direction in weight space, and how much of an update it holds.
struct AttributionDirection: Sendable, Codable {
  /// What a direction is called.
  struct Label: Sendable, Codable {
    /// The matrix; nil for `rest` and `unselected`.
    let tensor: String?
    /// Its block.
    let layer: Int?
    /// Its module.
    let module: String?
    /// The component, `all`, `rest` or `unselected`.
    let component: String
  }

  let label: Label
  /// ‖C‖²_F.
  let energy: Double
  /// ‖ΔW‖²_F of the matrix; nil for `rest` and `unselected`.
  let total: Double?
}

/// A prompt that is scored.
struct AttributedPrompt: Sendable, Codable {
  let id: String
  let ability: String
  let group: String?
  let kind: String
}

/// Scores of all prompts under one exact model, nats.
struct ExactScores: Sendable, Codable {
  /// `base`, `tuned`, or what an edit does.
  let name: String
  /// The layer of a checked cell.
  var layer: Int?
  /// The component of a checked cell.
  var component: String?
  /// `remove` or `keep`.
  var operation: String?
  /// One a prompt.
  let scores: [Double]
}

/// A point of the path from base to tuned.
struct PathPoint: Sendable, Codable {
  /// s in W₀ + s·ΔW.
  let position: Double
  /// Its share of the integral.
  let weight: Double
  /// ⟨∂S/∂W, C⟩ of every prompt and direction, [prompts][directions], nats.
  let slopes: [[Double]]
}
