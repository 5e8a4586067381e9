import Updates

/// A stand-in for a component that shares some of its properties but not its place.
///
/// An effect of an edit that its controls have too is not an effect of the component.
public enum Control: String, Sendable, Hashable, Codable, CaseIterable {
  /// The same part in Haar-random subspaces of the same rank (masks: as many random entries).
  case randomSubspace = "random-subspace"
  /// A Haar-random block that holds exactly the component's energy.
  case randomEnergy = "random-energy"
  /// The same part for random singular pairs of W₀ instead of the leading ones.
  case randomSingular = "random-singular"
  /// (1 − s)·ΔW with s the relative norm of what the edit takes from ΔW.
  case shrinkRemoved = "shrink-removed"
  /// s·ΔW with s the relative norm of what the edit leaves of ΔW.
  case shrinkKept = "shrink-kept"
  /// The component's singular values with Haar-random singular vectors.
  case spectrum

  /// Whether a seed changes it.
  public var isRandom: Bool { self != .shrinkRemoved && self != .shrinkKept }

  /// Whether it has a meaning for a component.
  ///
  /// No other subspace holds `all`, no singular pair of W₀ enters `mask-low`, and nothing stands in
  /// for `rest`.
  public func isDefined(for component: Component) -> Bool {
    switch (self, component) {
    case (_, .rest), (.randomSubspace, .all), (.randomSingular, .all), (.randomSingular, .maskLow):
      false
    default: true
    }
  }
}
