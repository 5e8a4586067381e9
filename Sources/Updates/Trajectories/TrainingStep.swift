/// The number of a checkpoint along training, read from its directory's name.
public enum TrainingStep {
  /// The last number in the last component of a path: 10 in `runs/ppo-step-10`.
  ///
  /// Reads `step-N`, `checkpoint-N`, `global_step_N`, `{ALG}-step-N` and whatever else ends in, or
  /// holds, a number.
  public static func number(of path: String) -> Int? {
    let name = path.split(separator: "/").last ?? ""
    let digits = name.reversed().drop { !isDigit($0) }.prefix(while: isDigit)
    return Int(String(digits.reversed()))
  }

  /// Checkpoints in the order of training: `step-10` after `step-9`.
  ///
  /// - Throws: ``TrajectoryError`` where a name holds no number, or two hold the same.
  public static func ordered(_ paths: [String]) throws -> [(step: Int, path: String)] {
    var found: [Int: String] = [:]
    for path in paths {
      guard let step = number(of: path) else { throw TrajectoryError.noStepNumber(path: path) }
      if let other = found[step] {
        throw TrajectoryError.repeatedStep(step, paths: [other, path])
      }
      found[step] = path
    }
    return found.sorted { $0.key < $1.key }.map { (step: $0.key, path: $0.value) }
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}

/// Why checkpoints along training cannot be followed.
public enum TrajectoryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A directory whose name holds no number.
  case noStepNumber(path: String)
  /// Two checkpoints of one step.
  case repeatedStep(Int, paths: [String])
  /// Fewer checkpoints than needed.
  case tooFewSteps(found: Int, needed: Int)
  /// A line of a score table that cannot be read.
  case badScores(line: Int, problem: String)
  /// A step that has no score.
  case missingScore(step: Int)
  /// Scores that are all the same.
  case constantScores
  /// A trajectory over another number of steps than there are scores.
  case unequalSteps(tensor: String, found: Int, expected: Int)

  /// The error in one sentence.
  public var description: String {
    switch self {
    case .noStepNumber(let path):
      "the name of '\(path)' holds no step number; expected a name such as step-10"
    case .repeatedStep(let step, let paths):
      "\(paths.joined(separator: " and ")) are both step \(step)"
    case .tooFewSteps(let found, let needed):
      "a trajectory needs at least \(needed) checkpoints, found \(found)"
    case .badScores(let line, let problem):
      "line \(line) of the scores: \(problem); expected a CSV table with the columns step and score"
    case .missingScore(let step):
      "step \(step) has no score; give one for every checkpoint"
    case .constantScores:
      "the scores are all equal, so there is nothing to predict"
    case .unequalSteps(let tensor, let found, let expected):
      "\(tensor) was followed over \(found) steps, but there are \(expected) scores"
    }
  }
}

/// A score for each step, from a CSV table with the columns `step` and `score`.
public struct ScoreTable: Sendable, Hashable {
  /// The score of each step.
  public let scores: [Int: Double]

  /// Reads a table; other columns are ignored.
  ///
  /// - Throws: ``TrajectoryError/badScores(line:problem:)``.
  public init(csv text: String) throws {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed) }
    let header = lines.first ?? []
    guard let stepColumn = header.firstIndex(of: "step"),
      let scoreColumn = header.firstIndex(of: "score")
    else { throw TrajectoryError.badScores(line: 1, problem: "it names no step and score") }
    var scores: [Int: Double] = [:]
    for (index, fields) in lines.enumerated().dropFirst() where fields != [""] {
      guard fields.count == header.count, let step = Int(fields[stepColumn]),
        let score = Double(fields[scoreColumn]), score.isFinite
      else {
        throw TrajectoryError.badScores(
          line: index + 1, problem: "'\(fields.joined(separator: ","))' holds no step and score")
      }
      guard scores.updateValue(score, forKey: step) == nil else {
        throw TrajectoryError.badScores(line: index + 1, problem: "step \(step) appears twice")
      }
    }
    self.scores = scores
  }

  /// The scores of some steps, in their order.
  ///
  /// - Throws: ``TrajectoryError/missingScore(step:)``.
  public func scores(for steps: [Int]) throws -> [Double] {
    try steps.map { step in
      guard let score = scores[step] else { throw TrajectoryError.missingScore(step: step) }
      return score
    }
  }

  private static func trimmed(_ field: Substring) -> String {
    String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
