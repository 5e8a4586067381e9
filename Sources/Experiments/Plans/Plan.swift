import Foundation
import JSON

/// What was asked: every setting that changes a number, and where the inputs lie.
///
/// A plan is a value: it holds no tensors, opens no files, and reads back what it wrote.
public protocol Plan: Codable, Hashable, Sendable {
  /// The command that runs it.
  static var command: String { get }
  /// The seed of every random draw.
  var seed: UInt64 { get }
  /// The same work without places: paths replaced, order kept.
  var withoutPaths: Self { get }
  /// Refuses plans that no run can satisfy.
  ///
  /// - Throws: ``ExperimentError/contradiction(_:)``.
  func validate() throws
}

extension Plan {
  /// Ends validation with one message.
  func refuse(_ problem: String) throws -> Never {
    throw ExperimentError.contradiction(problem)
  }

  /// Refuses subsets of nothing.
  func check(limit: Int?, sample: Int?) throws {
    if let limit, limit < 1 { try refuse("--limit must be at least 1, found \(limit)") }
    if let sample, sample < 1 { try refuse("--sample must be at least 1, found \(sample)") }
  }

  /// Refuses masks of nothing or of everything.
  func check(maskAlpha: Double) throws {
    if !(maskAlpha > 0 && maskAlpha < 1) {
      try refuse("--mask-alpha must lie between 0 and 1, found \(maskAlpha)")
    }
  }
}

/// A plan with the hashes of everything it reads.
public struct ResolvedPlan<P: Plan>: Sendable {
  /// What was asked.
  public let plan: P
  /// The files it reads.
  public let inputs: [InputFile]

  /// Joins a plan and its inputs.
  public init(plan: P, inputs: [InputFile]) {
    self.plan = plan
    self.inputs = inputs
  }

  /// The identity of the work: equal hashes are equal work.
  ///
  /// SHA-256 over the plan without paths and the hashes of its inputs. Threads, paths and output
  /// formats have no part in it.
  public var hash: String {
    get throws {
      let contents = inputs.map { "\($0.role)\t\($0.name)\t\($0.sha256)" }
      return ContentHash.sha256(
        of: try CanonicalJSON.text(plan.withoutPaths) + contents.joined(separator: "\n"))
    }
  }

  /// Where results of this plan come from.
  public var provenance: Provenance {
    get throws {
      Provenance(command: P.command, planHash: try hash, seed: plan.seed, inputs: inputs)
    }
  }
}
