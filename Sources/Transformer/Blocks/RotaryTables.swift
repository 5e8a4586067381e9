import Architecture

/// The rotary table of every sequence of a batch; only `dynamic` scaling needs more than one.
struct RotaryTables: Sendable {
  private let shared: RotaryTable
  private let byLength: [Int: RotaryTable]

  /// Tabulates what a batch needs.
  ///
  /// - Parameters:
  ///   - specification: The architecture.
  ///   - lengths: Lengths of the sequences.
  init(_ specification: DecoderSpecification, lengths: some Collection<Int>) {
    let width = specification.attention.headWidth
    let longest = lengths.max() ?? 1
    guard case .dynamic(_, let original) = specification.rotary.scaling, longest > original else {
      shared = RotaryTable(specification.rotary, headWidth: width, length: longest)
      byLength = [:]
      return
    }
    shared = RotaryTable(specification.rotary, headWidth: width, length: original)
    byLength = Dictionary(
      Set(lengths).filter { $0 > original }.map {
        ($0, RotaryTable(specification.rotary, headWidth: width, length: $0))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The table of a sequence of this length.
  func table(forLength length: Int) -> RotaryTable { byLength[length] ?? shared }
}

extension RotarySpecification {
  /// Whether a token's rotation depends on how long its sequence becomes.
  func dependsOnLength(upTo longest: Int) -> Bool {
    if case .dynamic(_, let original) = scaling { longest > original } else { false }
  }
}
