import Foundation
import Testing
import Updates

@Suite("Rank rules")
struct RankRuleTests {
  @Test(
    "text and JSON give back the rule",
    arguments: [
      ("64", RankRule.count(64)), ("10%", .fraction(0.1)), ("7%", .fraction(0.07)),
      ("0.5%", .fraction(0.005)), ("100%", .fraction(1)), ("energy:0.9", .energy(0.9)),
    ])
  func roundTrip(_ text: String, _ rule: RankRule) throws {
    #expect(try RankRule(parsing: text) == rule)
    #expect(rule.description == text)
    let json = try JSONEncoder().encode([rule])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([RankRule].self, from: json) == [rule])
  }

  @Test(
    "what is no rule is refused with the text that was found",
    arguments: [
      "", "0", "-3", "1.5", "0%", "101%", "energy:", "energy:0", "energy:1.1", "energy:nan", "%",
      "ten", "inf%",
    ])
  func refused(_ text: String) {
    #expect(throws: UpdateError.badRankRule(text)) { try RankRule(parsing: text) }
  }

  @Test("a share rounds half up, is at least 1 and at most all")
  func fraction() {
    #expect(RankRule.standard.rank(rows: 576, columns: 1536) == 58)
    #expect(RankRule.standard.rank(rows: 100, columns: 25) == 3)
    #expect(RankRule.standard.rank(rows: 1, columns: 900) == 1)
    #expect(RankRule.fraction(1).rank(rows: 7, columns: 5) == 5)
    #expect(RankRule.count(64).rank(rows: 7, columns: 5) == 5)
  }

  @Test("an energy rule takes the smallest k that holds the share")
  func energy() {
    let squares = [4.0, 3, 2, 1]
    let ranks = [0.4, 0.41, 0.7, 0.71, 1].map {
      RankRule.energy($0).rank(squaredSingularValues: squares, rows: 4, columns: 9)
    }
    #expect(ranks == [1, 2, 2, 3, 4])
    #expect(RankRule.energy(0.9).rank(squaredSingularValues: [0, 0], rows: 2, columns: 2) == 1)
  }

  @Test("half and double of a rule stay rules")
  func scaled() {
    #expect(RankRule.count(5).scaled(by: 0.5) == .count(3))
    #expect(RankRule.count(1).scaled(by: 0.25) == .count(1))
    #expect(RankRule.fraction(0.1).scaled(by: 2) == .fraction(0.2))
    #expect(RankRule.fraction(0.7).scaled(by: 2) == .fraction(1))
    #expect(RankRule.energy(0.9).scaled(by: 2) == .energy(1))
  }
}
