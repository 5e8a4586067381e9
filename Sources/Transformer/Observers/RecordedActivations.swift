import Architecture
import Synchronization

/// Activations by site and sequence, written from several threads.
final class RecordedActivations: Sendable {
  private struct Key: Hashable {
    let site: Site
    let sequence: Int
  }

  private let values = Mutex<[Key: Activations]>([:])

  func set(_ value: Activations, _ site: Site, _ sequence: Int) {
    values.withLock { $0[Key(site: site, sequence: sequence)] = value }
  }

  func get(_ site: Site, _ sequence: Int) -> Activations? {
    values.withLock { $0[Key(site: site, sequence: sequence)] }
  }
}
