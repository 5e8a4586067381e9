import Architecture

/// Reads or replaces activations while a pass runs.
///
/// Called from several threads, each sequence by one at a time. An observer that changes nothing
/// leaves every bit as it is.
public protocol ForwardObserver: Sendable {
  /// Whether the pass should call ``visit(_:of:)`` at a site.
  func observes(_ site: Site) -> Bool

  /// The activations of one sequence at a site; what is written to them is used.
  func visit(_ site: Site, of activations: SiteActivations)
}

/// The activations of one sequence at one site.
public struct SiteActivations {
  /// The sequence's number in the call.
  public let sequence: Int
  /// Sizes, outermost first: [T, width], or [H, T, T] for attention patterns.
  public let shape: [Int]
  /// Row-major elements.
  public let elements: UnsafeMutableBufferPointer<Float>
}

/// Keeps copies of activations.
public final class SiteRecorder: ForwardObserver {
  private let sites: Set<Site>
  private let recorded = RecordedActivations()

  /// Records these sites.
  public init(_ sites: some Sequence<Site>) {
    self.sites = Set(sites)
  }

  public func observes(_ site: Site) -> Bool { sites.contains(site) }

  public func visit(_ site: Site, of activations: SiteActivations) {
    recorded.set(
      Activations(shape: activations.shape, elements: Array(activations.elements)), site,
      activations.sequence)
  }

  /// What was recorded of a sequence at a site.
  public subscript(site: Site, sequence: Int) -> Activations? { recorded.get(site, sequence) }
}

/// A copy of activations.
public struct Activations: Sendable, Equatable {
  /// Sizes, outermost first.
  public let shape: [Int]
  /// Row-major elements.
  public let elements: [Float]

  /// The row of a token, for sites of shape [T, width].
  public func row(_ token: Int) -> ArraySlice<Float> {
    let width = shape.last ?? 0
    return elements[token * width..<(token + 1) * width]
  }
}

/// Replaces activations: ablations, patches, steering.
public struct SiteReplacement: ForwardObserver {
  private let edits: [Site: @Sendable (SiteActivations) -> Void]

  /// Calls a closure at each site; what it writes is used.
  public init(_ edits: [Site: @Sendable (SiteActivations) -> Void]) {
    self.edits = edits
  }

  public func observes(_ site: Site) -> Bool { edits[site] != nil }

  public func visit(_ site: Site, of activations: SiteActivations) { edits[site]?(activations) }
}
