import Statistics
import Testing

@Suite("Seeded folds and subsets")
struct SamplingTests {
  let ids = (0..<101).map { "prompt-\($0)" }

  @Test("A prompt's own fold depends on its id and the seed alone and is a fair coin")
  func coin() {
    let folds = (0..<4000).map { Fold(of: "prompt-\($0)", seed: 11) }
    let selected = folds.count { $0 == .selection }
    // Four standard deviations of Binomial(4000, ½).
    #expect(abs(selected - 2000) < 127)
    #expect(Fold(of: "prompt-7", seed: 11) == folds[7])
    #expect(folds != (0..<4000).map { Fold(of: "prompt-\($0)", seed: 12) })
  }

  @Test("Halves are balanced, seeded and independent of the order of the file")
  func halves() throws {
    let folds = try Fold.halves(ids: ids, seed: 1)
    #expect(folds.count { $0 == .selection } == 51)
    #expect(try Fold.halves(ids: ids.reversed(), seed: 1) == folds.reversed())
    #expect(try Fold.halves(ids: ids, seed: 2) != folds)
    #expect(try Fold.halves(ids: [], seed: 1).isEmpty)
  }

  @Test("Halves keep groups whole and stay near balance")
  func groupedHalves() throws {
    let groups = ids.indices.map { $0 % 5 == 0 ? nil : "template \($0 % 13)" }
    let folds = try Fold.halves(ids: ids, groups: groups, seed: 1)
    #expect(abs(folds.count { $0 == .selection } - 50) <= 1)
    for group in Set(groups.compactMap(\.self)) {
      #expect(Set(ids.indices.filter { groups[$0] == group }.map { folds[$0] }).count == 1)
    }
    #expect(throws: StatisticsError.self) { try Fold.halves(ids: ids, groups: ["a"], seed: 1) }
  }

  @Test("Cross-validation never splits a group and spreads the classes")
  func crossValidation() throws {
    let groups = (0..<120).map { "type \($0 * $0 % 31)" }
    let strata = (0..<120).map { $0 % 3 == 0 ? "plural" : "singular" }
    let folds = try CrossValidation.folds(groups: groups, strata: strata, folds: 4, seed: 9)
    for group in Set(groups) {
      #expect(Set(groups.indices.filter { groups[$0] == group }.map { folds[$0] }).count == 1)
    }
    for fold in 0..<4 {
      #expect((26...34).contains(folds.count { $0 == fold }))
      let plural = zip(folds, strata).count { $0 == fold && $1 == "plural" }
      #expect((8...12).contains(plural))
    }
    #expect(try folds == CrossValidation.folds(groups: groups, strata: strata, folds: 4, seed: 9))
    #expect(try folds != CrossValidation.folds(groups: groups, strata: strata, folds: 4, seed: 8))
    #expect(throws: StatisticsError.self) {
      try CrossValidation.folds(groups: ["a", "a", "b"], folds: 3, seed: 0)
    }
  }

  @Test("A subset keeps the order, nests, and does not follow the folds")
  func subset() throws {
    let found = Subset.indices(of: ids, count: 40, seed: 4)
    #expect(found.count == 40 && found == found.sorted())
    #expect(Set(found).isSubset(of: Subset.indices(of: ids, count: 60, seed: 4)))
    #expect(Subset.indices(of: ids, count: 500, seed: 4) == Array(ids.indices))
    #expect(Subset.indices(of: ids, count: -1, seed: 4).isEmpty)
    let folds = try Fold.halves(ids: ids, seed: 4)
    #expect((10...30).contains(found.count { folds[$0] == .selection }))
  }

  @Test("Clusters are numbered by first appearance; prompts without a group stand alone")
  func clusters() {
    let found = Clusters(groups: ["b", nil, "a", "b", nil])
    #expect(found.assignment == [0, 1, 2, 0, 3] && found.count == 4 && found.areGrouped)
    #expect(!Clusters(observations: 3).areGrouped)
  }
}
