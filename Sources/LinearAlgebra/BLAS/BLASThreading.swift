import COpenBLAS

/// The one place that touches OpenBLAS' process-wide state.
///
/// OpenBLAS' own threads spin and slow each other down under contention, so every product and
/// decomposition runs on one thread and parallelism lies above, over matrices or batch shards.
public enum BLASThreading {
  /// Sets OpenBLAS to one thread.
  ///
  /// Idempotent; called by every entry point of this module.
  package static let useSingleThread: Void = openblas_set_num_threads(1)

  /// OpenBLAS' version, build options and the kernel chosen for this CPU, for provenance.
  public static var configuration: String {
    let config = openblas_get_config().map { String(cString: $0) } ?? "unknown"
    return config.split(separator: " ").joined(separator: " ")
  }

  /// The name of the kernel family OpenBLAS chose, for example `SkylakeX`.
  public static var coreName: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }
}
