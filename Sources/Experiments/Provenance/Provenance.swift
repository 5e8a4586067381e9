import Foundation
import LinearAlgebra

/// What a result needs to be made again: versions, machine, inputs.
///
/// Same inputs, same plan, same BLAS kernel: the same numbers bit for bit.
public struct Provenance: Sendable, Hashable, Codable {
  /// The version of this program.
  public let offaxis: String
  /// The command that made the result.
  public let command: String
  /// The identity of the work; nil where no plan exists.
  public let planHash: String?
  /// The seed of every random draw; nil where nothing is drawn.
  public let seed: UInt64?
  /// Files with hashes.
  public let inputs: [InputFile]
  /// OpenBLAS' version and build options.
  public let blas: String
  /// OpenBLAS' kernel family, decides the last bits.
  public let blasCore: String
  /// Operating system.
  public let system: String

  enum CodingKeys: String, CodingKey {
    case offaxis, command, seed, inputs, blas, system
    case planHash = "plan_hash"
    case blasCore = "blas_core"
  }

  /// Describes this process.
  public init(command: String, planHash: String? = nil, seed: UInt64? = nil, inputs: [InputFile]) {
    self.offaxis = Version.current
    self.command = command
    self.planHash = planHash
    self.seed = seed
    self.inputs = inputs
    self.blas = BLASThreading.configuration
    self.blasCore = BLASThreading.coreName
    self.system = ProcessInfo.processInfo.operatingSystemVersionString
  }
}

/// The version of this program.
public enum Version {
  /// Semantic version; CHANGELOG.md tells what changed.
  public static let current = "0.1.0"
}
