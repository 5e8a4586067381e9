import Architecture
import Checkpoints
import Edits
import Evaluation
import Foundation
import LinearAlgebra
import Tokenization
import Transformer
import Updates

/// A remove-one sweep, one layer and one component at a time, and what it is compared with.
struct Sweep {
  private let pair: CheckpointPair
  private let requests: [TokenScoringRequest]
  private let threads: Int

  /// Takes prompts evenly from the files of a directory.
  ///
  /// - Parameters:
  ///   - base: The model's directory, with its tokenizer.
  ///   - tuned: The tuned model's directory.
  ///   - prompts: A directory of prompt files.
  ///   - count: How many prompts; those that generate are left out.
  ///   - shots: Solved prompts of the same ability in front of each, its own ones; with any, minimal
  ///     pairs are left out.
  ///   - threads: Threads of the engine.
  /// - Throws: What opening and tokenizing throw.
  init(base: URL, tuned: URL, prompts: URL, count: Int, shots: Int, threads: Int) throws {
    pair = try CheckpointPair.open(base: base, tuned: tuned)
    self.threads = threads
    let all = try PromptSet.load([prompts]).prompts.filter {
      $0.kind == .choice || $0.kind == .completion || ($0.kind == .minimalPair && shots == 0)
    }
    let count = min(count, all.count)
    requests = try PreparedPrompts(
      (0..<count).map { number in
        let index = number * all.count / count
        let peers = all.filter { $0.ability == all[index].ability && $0.id != all[index].id }
        return all[index].preceded(by: (0..<shots).map { peers[(index + 7 * $0) % peers.count] })
      },
      tokenizer: TokenizerLoader.load(directory: base) { _ in },
      contextLength: pair.base.specification.contextLength
    ).requests
  }

  /// Decomposes, runs full passes, sweeps; writes the scores of every condition for the peer.
  func run(out: URL) throws {
    let tuned = DecoderModel(pair.tuned, residency: .resident, threads: threads)
    let batch = try tuned.prepare(requests)
    let subspaces = SubspaceProvider()
    let decomposed = try Clock.measure { try decompose(into: subspaces) }
    var scores = Scores(requests: requests, tuned: try tuned.score(batch))
    let full = try Clock.best(2) { _ = try tuned.score(batch) }

    var formed = Clock.Cost.zero
    let swept = try Clock.measure {
      var state: ScoringState?
      for layer in 0..<tuned.specification.layerCount {
        state = try tuned.state(of: batch, before: layer, from: state)
        for component in [Component.principal, .offPrincipal] {
          let edit = Edit(
            operation: .remove, component: component,
            selection: WeightSelection(layers: LayerSet([layer]), modules: nil))
          let edited = try EditedTensors(pair: pair, edit: edit, subspaces: subspaces)
          formed += try Clock.measure { try edited.prepare(threads: threads) }
          let model = tuned.overlaying(edited, changing: edited.editedNames)
          scores.add(layer, component, try model.score(batch, from: state))
        }
      }
    }
    scores.cost = ["wall_s": swept.wall, "cpu_s": swept.processor]
    try JSONEncoder().encode(scores).write(to: out)

    let passes = Double(scores.conditions.count)
    try report(
      "sweep", swept,
      [
        "conditions": passes, "requests": Double(requests.count),
        "tokens": Double(batch.tokenCount),
        "edits_wall_s": formed.wall, "edits_cpu_s": formed.processor,
        "subspaces_wall_s": decomposed.wall, "subspaces_cpu_s": decomposed.processor,
        "full_passes_wall_s": passes * full.wall, "full_passes_cpu_s": passes * full.processor,
        "ratio_wall": swept.wall / (passes * full.wall),
        "ratio_cpu": swept.processor / (passes * full.processor),
      ])
  }

  private func decompose(into subspaces: SubspaceProvider) throws {
    let names = pair.base.weights.entries.filter(\.isProjection).map(\.name)
    _ = try concurrentMap(names.count, threads: threads) { index in
      try subspaces.subspace(of: names[index], rank: .standard) {
        try pair.base.source.matrix(names[index])
      }.rank
    }
  }
}

extension Prompt {
  /// The prompt after solved ones, as few-shot evaluation shows them.
  fileprivate func preceded(by solved: [Prompt]) -> Prompt {
    let shots = solved.map { $0.solved + "\n\n" }.joined()
    var prompt = self
    switch content {
    case .choice(let text, let choices, let answer):
      prompt.content = .choice(prompt: shots + text, choices: choices, answer: answer)
    case .completion(let text, let answer):
      prompt.content = .completion(prompt: shots + text, answer: answer)
    default: break
    }
    return prompt
  }

  private var solved: String {
    switch content {
    case .choice(let text, let choices, let answer): text + choices[answer]
    case .completion(let text, let answer): text + answer
    default: ""
    }
  }
}

/// What peers/sweep.py reads: tokens, and log-likelihoods in nats in the order of the requests.
private struct Scores: Encodable {
  struct Request: Encodable {
    let context: [Int]
    let continuation: [Int]
  }

  struct Condition: Encodable {
    let layer: Int
    let component: String
    let scores: [Double]
  }

  let requests: [Request]
  let tuned: [Double]
  var conditions: [Condition] = []
  var cost: [String: Double] = [:]

  init(requests: [TokenScoringRequest], tuned: [TokenScore]) {
    self.requests = requests.map { Request(context: $0.context, continuation: $0.continuation) }
    self.tuned = tuned.map(\.sum)
  }

  mutating func add(_ layer: Int, _ component: Component, _ scores: [TokenScore]) {
    conditions.append(
      Condition(layer: layer, component: "\(component)", scores: scores.map(\.sum)))
  }
}

extension TokenScore {
  /// The log-likelihood of the continuation, nats.
  fileprivate var sum: Double { logProbabilities.reduce(0, +) }
}
