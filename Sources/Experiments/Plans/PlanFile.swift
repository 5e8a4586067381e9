import Foundation
import JSON

/// `plan.json`: command, plan, inputs and the hash of the work.
public struct PlanFile<P: Plan>: Codable, Sendable {
  /// The command that runs the plan.
  public let command: String
  /// What was asked.
  public let plan: P
  /// What it read, with hashes; absent from plans written by hand.
  public let inputs: [InputFile]?
  /// The identity of the work; absent from plans written by hand.
  public let hash: String?

  /// The file of a resolved plan.
  public init(_ resolved: ResolvedPlan<P>) throws {
    self.command = P.command
    self.plan = resolved.plan
    self.inputs = resolved.inputs
    self.hash = try resolved.hash
  }

  /// Reads a plan; a key that no plan of this command has is refused by name.
  ///
  /// - Throws: ``ExperimentError/invalidPlan(path:problem:)``.
  public init(contentsOf file: URL) throws {
    func fail(_ problem: String) -> ExperimentError {
      .invalidPlan(path: file.path, problem: problem)
    }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw ExperimentError.unreadable(path: file.path, reason: error.localizedDescription)
    }
    let written: JSONValue
    do {
      written = try JSONParser.parse(Array(data))
    } catch {
      throw fail("\(error)")
    }
    guard let command = written["command"]?.string else { throw fail("it has no \"command\"") }
    guard command == P.command else {
      throw fail("it is a plan for `offaxis \(command)`, not for `offaxis \(P.command)`")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: data)
      let understood = try JSONParser.parse(CanonicalJSON.text(self))
      if let unknown = PlanText.firstUnknownKey(of: written, in: understood, at: "") {
        throw fail("unknown key \(unknown)")
      }
    } catch let error as DecodingError {
      throw fail(PlanText.describe(error))
    }
    try plan.validate()
  }

  /// The file's text: sorted keys, two spaces.
  public var text: String {
    get throws { try CanonicalJSON.text(self) }
  }
}

/// Reading plans: unknown keys, decoding errors and differences in words.
enum PlanText {
  /// The path of the first key that stands in `written` and was not understood.
  static func firstUnknownKey(
    of written: JSONValue, in understood: JSONValue?, at path: String
  ) -> String? {
    switch written {
    case .object(let object):
      for (key, value) in object.members where !value.isNull {
        let place = path.isEmpty ? key.string : "\(path).\(key.string)"
        guard let counterpart = understood?[key] else { return "\"\(place)\"" }
        if let unknown = firstUnknownKey(of: value, in: counterpart, at: place) { return unknown }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        let counterparts = understood?.array ?? []
        let counterpart = index < counterparts.count ? counterparts[index] : nil
        let place = "\(path)[\(index)]"
        if let unknown = firstUnknownKey(of: element, in: counterpart, at: place) {
          return unknown
        }
      }
    default:
      break
    }
    return nil
  }

  static func describe(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let keys = context.codingPath.map(\.stringValue) + [last?.stringValue].compactMap { $0 }
      return keys.isEmpty ? "the document" : "\"\(keys.joined(separator: "."))\""
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
    case .typeMismatch(_, let context): "\(place(context)): \(context.debugDescription)"
    case .valueNotFound(_, let context): "\(place(context)): \(context.debugDescription)"
    case .dataCorrupted(let context): "\(place(context)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
  }
}

extension PlanText {
  /// Settings in which two plans differ, as `key: this, not that`.
  static func differences(between first: some Encodable, and second: some Encodable) throws
    -> [String]
  {
    let left = try JSONParser.parse(CanonicalJSON.text(first)).object
    let right = try JSONParser.parse(CanonicalJSON.text(second)).object
    let keys = (left?.keys ?? []) + (right?.keys ?? []).filter { left?[$0] == nil }
    return keys.filter { left?[$0] != right?[$0] }.map { key in
      "\(key.string): \(brief(left?[key])) there, \(brief(right?[key])) here"
    }
  }

  private static func brief(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: "none"
    case .bool(let truth): "\(truth)"
    case .number(let number): number.text
    case .string(let text): text.string
    case .array(let elements): "[\(elements.map { brief($0) }.joined(separator: ","))]"
    case .object(let object):
      "{\(object.members.map { "\($0.key.string): \(brief($0.value))" }.joined(separator: ", "))}"
    }
  }
}
