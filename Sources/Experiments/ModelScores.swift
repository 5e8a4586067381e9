import Architecture
import Checkpoints
import Evaluation
import Foundation
import Tokenization
import Transformer

/// The abilities of one model: the document of `score --json`.
public struct ModelScores: Sendable, Encodable {
  /// One summary an ability, in the order of the files.
  public let summaries: [AbilitySummary]
  /// One score a prompt.
  public let scores: [PromptScore]
  /// What was changed to make prompts fit.
  public let warnings: [String]
  /// Where the numbers come from.
  public let provenance: Provenance

  enum CodingKeys: String, CodingKey {
    case abilities, provenance
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      Dictionary(summaries.map { ($0.ability, $0) }, uniquingKeysWith: { first, _ in first }),
      forKey: .abilities)
    try container.encode(provenance, forKey: .provenance)
  }

  /// Scores a model on prompt files.
  ///
  /// - Throws: `EvaluationError`, `TokenizerError`, `CheckpointError`.
  public static func score(
    _ model: ModelCheckpoint, tokenizerIn directory: URL, prompts: [URL], limit: Int? = nil,
    sample: Int? = nil, seed: UInt64 = 0, keepsTokens: Bool = false, threads: Int = 1
  ) throws -> ModelScores {
    let set = try PromptSet.load(prompts, limit: limit, sample: sample, seed: seed)
    var warnings: [String] = []
    let tokenizer = try TokenizerLoader.load(directory: directory) { warnings.append($0) }
    let prepared = try PreparedPrompts(
      set.prompts, tokenizer: tokenizer, contextLength: model.specification.contextLength,
      threads: threads)
    let scorer = PromptScorer(
      tokenizer: tokenizer, model: DecoderModel(model, threads: threads),
      options: PromptScorer.Options(seed: seed, keepsTokens: keepsTokens))
    let scores = try scorer.score(prepared)
    let inputs =
      try ModelInputs.files(of: model, role: "model")
      + set.files.map { try InputFile(role: "prompts", file: $0) }
    return ModelScores(
      summaries: try AbilitySummary.summaries(of: scores, seed: seed), scores: scores,
      warnings: warnings + prepared.warnings,
      provenance: Provenance(command: "score", seed: seed, inputs: inputs))
  }

  /// One JSON object a prompt, one a line.
  public func sampleLines() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try scores.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
      .joined()
  }
}
