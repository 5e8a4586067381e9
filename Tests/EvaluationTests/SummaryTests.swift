import Evaluation
import Foundation
import JSON
import Statistics
import Testing

@Suite struct SummaryTests {
  private func scores(
    _ hard: [Double], soft: [Double]? = nil, groups: [String?]? = nil, ability: String = "a"
  ) -> [PromptScore] {
    hard.indices.map { index in
      let prompt = Prompt(
        id: "\(index)", ability: ability, group: groups?[index],
        content: .completion(prompt: "", answer: "x"))
      return PromptScore(prompt, hard: hard[index], soft: soft?[index] ?? -1)
    }
  }

  private func texts(_ nats: [Double], tokens: [Int]) -> [PromptScore] {
    zip(nats, tokens).enumerated().map { index, pair in
      var score = PromptScore(textPrompt("x", id: "\(index)"), soft: -pair.0 / Double(pair.1))
      score.details.logLikelihoods = [-pair.0]
      score.details.tokens = pair.1
      score.details.bytes = pair.1 * 4
      return score
    }
  }

  @Test func independentAccuraciesHaveWilsonIntervals() throws {
    let hard = (0..<40).map { $0 < 30 ? 1.0 : 0 }
    let summary = try #require(try AbilitySummary.summaries(of: scores(hard)).first)
    let accuracy = try #require(summary.metrics[.accuracy])
    #expect(accuracy.value == 0.75)
    #expect(try accuracy.interval == .wilson(successes: 30, trials: 40))
    #expect((summary.n, summary.groups) == (40, 40))
    #expect(summary.metrics[.passRate] == nil)
  }

  @Test func groupedAccuraciesHaveClusteredIntervals() throws {
    // Each group of 8 is right or wrong as a whole: 30 prompts say no more than 30 would.
    let hard = (0..<240).map { ($0 / 8) % 2 == 0 ? 1.0 : 0 }
    let groups = (0..<240).map { "\($0 / 8)" }
    let summary = try AbilitySummary.summaries(of: scores(hard, groups: groups))[0]
    let interval = try #require(summary.metrics[.accuracy]?.interval)
    #expect(summary.groups == 30)
    #expect(try interval.width > 2 * Interval.wilson(successes: 120, trials: 240).width)
  }

  @Test func textsAreSummedOverTokensAndBytes() throws {
    let summary = try AbilitySummary.summaries(
      of: texts([10, 40, 90], tokens: [10, 20, 30]))[0]
    #expect(abs((summary.metrics[.natsPerToken]?.value ?? 0) - 140 / 60) < 1e-12)
    let bits = try #require(summary.metrics[.bitsPerByte]?.value)
    #expect(abs(bits - 140 / 240 / log(2)) < 1e-12)
    #expect(abs((summary.metrics[.logProbability]?.value ?? 0) + 2) < 1e-12)
    #expect(summary.metrics[.accuracy] == nil)
    let interval = try #require(summary.metrics[.natsPerToken]?.interval)
    #expect(interval.contains(140 / 60) && interval.width > 0)
  }

  @Test func textsOfOneRateHaveAPointInterval() throws {
    let summary = try AbilitySummary.summaries(of: texts([5, 10, 45], tokens: [2, 4, 18]))[0]
    let rate = try #require(summary.metrics[.natsPerToken])
    #expect(abs(rate.value - 2.5) < 1e-12)
    #expect((rate.interval?.width ?? 1) < 1e-9)
  }

  @Test func abilitiesAreWrittenAsTheContractSays() throws {
    let json = try JSONParser.parse(
      String(
        decoding: try JSONEncoder().encode(
          AbilitySummary.summaries(of: scores([1, 0, 1], soft: [-1, -2, -4]))[0]),
        as: UTF8.self))
    #expect(json["n"]?.int == 3)
    let metrics = try #require(json["metrics"])
    #expect(metrics.object?.keys.count == 2)
    for name in ["acc", "logprob"] {
      for key in ["value", "low", "high"] {
        #expect(metrics[UTF8Text(name)]?[UTF8Text(key)]?.double != nil)
      }
    }
    let single = try AbilitySummary.summaries(of: scores([0.5]))[0]
    #expect(single.metrics[.accuracy]?.interval == nil)
    let text = String(decoding: try JSONEncoder().encode(single), as: UTF8.self)
    #expect(text.contains(#""low":null"#))
  }

  @Test func summariesKeepTheOrderOfAbilities() throws {
    let mixed = scores([1, 0], ability: "z") + scores([1], ability: "a")
    #expect(try AbilitySummary.summaries(of: mixed).map(\.ability) == ["z", "a"])
  }
}
