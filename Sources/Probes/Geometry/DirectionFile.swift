import Architecture
import Checkpoints
import Foundation
import LinearAlgebra

/// Probe directions as files that steering tools read.
public enum DirectionFile {
  /// Writes the unit directions of probes on residual-stream sites as `direction.{layer}`, f32 [d].
  ///
  /// The layer is that of the site, zero-based, as in repeng; the direction is
  /// ``LinearProbe/direction``, towards the second class or larger numbers.
  ///
  /// - Parameters:
  ///   - probes: At most one a layer.
  ///   - metadata: Added to the file's `__metadata__`.
  ///   - url: An existing file is replaced when all is written.
  /// - Throws: ``ProbeError/unsupportedSite(_:)`` for a site outside the blocks or a second one of
  ///   a layer, `CheckpointError`.
  public static func write(
    _ probes: [(site: Site, probe: LinearProbe)],
    metadata: [(key: String, value: String)] = [], to url: URL
  ) throws {
    var directions: [String: [Float]] = [:]
    for (site, probe) in probes {
      guard let layer = site.layer,
        directions.updateValue(probe.direction.map { Float($0) }, forKey: "direction.\(layer)")
          == nil
      else { throw ProbeError.unsupportedSite(site.name) }
    }
    let tensors = directions.map {
      TensorInfo(name: $0.key, dtype: .f32, shape: [$0.value.count])
    }
    try SafetensorsWriter.write(
      tensors, metadata: [("format", "pt")] + metadata, to: url
    ) { name, _, buffer in
      _ = buffer.update(fromContentsOf: directions[name] ?? [])
    }
  }
}
