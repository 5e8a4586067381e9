import Foundation
import LinearAlgebra
import Statistics
import Testing
import Updates

@Suite("Trajectories")
struct TrajectoryTests {
  private static func trajectory(_ reference: TrackFixture) throws -> MatrixTrajectory {
    try TrajectoryTracker(options: MeasureOptions(maskRank: .count(8))).follow(
      name: "w", base: reference.update(0).base, steps: reference.steps
    ) { step in
      try reference.update(try #require(reference.steps.firstIndex(of: step)))
    }
  }

  @Test("Every step equals numpy, signs aligned backwards from the last")
  func parity() throws {
    let reference = try TrackFixture.load()
    let trajectory = try Self.trajectory(reference)
    #expect(trajectory.points.map(\.step) == reference.steps)
    for (point, expected) in zip(trajectory.points, reference.trajectory) {
      expectClose(point.sigma1, expected.sigma1, relative: 1e-6)
      expectClose(point.cosineToFinal, expected.cosineToFinal, relative: 1e-6)
      expectClose(point.cosineU1, expected.cosineU1, relative: 1e-6)
      expectClose(point.cosineV1, expected.cosineV1, relative: 1e-6)
      expectClose(point.subspaceSimilarity, expected.subspaceSimilarity, relative: 1e-6)
      expectClose(point.rank1Coefficient, expected.rank1Coefficient, relative: 1e-6)
      #expect(point.measures[.energyPP] != nil && point.measures[.nss] != nil)
    }
    let fit = try #require(trajectory.rank1Fit)
    expectClose(fit.slope, reference.rank1Fit.slope, relative: 1e-6)
    expectClose(fit.intercept, reference.rank1Fit.intercept, relative: 1e-6)
    expectClose(fit.rSquared, reference.rank1Fit.r2, relative: 1e-6)
  }

  @Test("The extrapolated update equals lines through σ₁u₁ in numpy; its control has its norm")
  func extrapolation() throws {
    let reference = try TrackFixture.load()
    let trajectory = try Self.trajectory(reference)
    let update = try #require(trajectory.path?.extrapolated(to: reference.target))
    for row in 0..<reference.rows {
      for column in 0..<reference.columns {
        expectClose(
          Double(update[row, column]), reference.extrapolated[row][column], relative: 1e-5,
          absolute: 1e-9)
      }
    }
    let first = try reference.update(0).delta
    let control = try #require(RankOnePath.scaled(first, toNorm: update.frobeniusNorm))
    expectClose(control.frobeniusNorm, update.frobeniusNorm, relative: 1e-6)
    expectClose(
      control.innerProduct(first) / (control.frobeniusNorm * first.frobeniusNorm), 1,
      relative: 1e-6)
  }

  @Test("A step without an update has zero vectors and no cosines")
  func zeroStep() throws {
    let reference = try TrackFixture.load()
    let zero = try MatrixUpdate(
      name: "w", layer: 0, module: "q_proj", base: reference.update(0).base,
      delta: Matrix(rows: reference.rows, columns: reference.columns))
    let trajectory = try TrajectoryTracker().follow(
      name: "w", base: zero.base, steps: [0, 10, 20]
    ) { step in step == 0 ? zero : try reference.update(step / 10 - 1) }
    #expect(trajectory.points[0].sigma1 == 0)
    #expect(trajectory.points[0].cosineToFinal == nil)
    #expect(trajectory.points[0].cosineU1 == nil)
    #expect(trajectory.points[0].subspaceSimilarity == nil)
    expectClose(trajectory.points[2].cosineU1, 1, relative: 1e-9)
  }

  @Test("A trajectory encodes without its vectors and decodes to the same regression")
  func coding() throws {
    let reference = try TrackFixture.load()
    let trajectory = try Self.trajectory(reference)
    let data = try JSONEncoder().encode(trajectory)
    let decoded = try JSONDecoder().decode(MatrixTrajectory.self, from: data)
    #expect(decoded.path == nil)
    #expect(decoded.points.map(\.measures) == trajectory.points.map(\.measures))
    let scores = reference.regression.scores
    #expect(
      try ScoreRegression(trajectories: [decoded], scores: scores, seeds: 5)
        == ScoreRegression(trajectories: [trajectory], scores: scores, seeds: 5))
    #expect(throws: TrajectoryError.unequalSteps(tensor: "w", found: 8, expected: 4)) {
      try ScoreRegression(trajectories: [decoded], scores: [1, 2, 3, 4], seeds: 5)
    }
  }

  @Test("Steps are read from names and ordered as numbers")
  func order() throws {
    let paths = ["runs/7b/step-10", "runs/7b/step-9", "runs/7b/step-100/"]
    #expect(try TrainingStep.ordered(paths).map(\.step) == [9, 10, 100])
    #expect(TrainingStep.number(of: "global_step_27") == 27)
    #expect(TrainingStep.number(of: "a/checkpoint-500") == 500)
    #expect(TrainingStep.number(of: "GRPO2-step-30") == 30)
    #expect(throws: TrajectoryError.noStepNumber(path: "runs/7b/final")) {
      try TrainingStep.ordered(["runs/7b/final"])
    }
    #expect(throws: TrajectoryError.repeatedStep(3, paths: ["a/step-3", "b/step-3"])) {
      try TrainingStep.ordered(["a/step-3", "b/step-3"])
    }
    #expect(throws: TrajectoryError.tooFewSteps(found: 1, needed: 2)) {
      let reference = try TrackFixture.load()
      return try TrajectoryTracker().follow(
        name: "w", base: reference.update(0).base, steps: [1]
      ) { _ in try reference.update(0) }
    }
  }
}

@Suite("Scores along training")
struct ScoreRegressionTests {
  @Test("One-component PLS equals scikit-learn in-sample, leave-one-out and forward-chained")
  func parity() throws {
    let reference = try TrackFixture.load()
    let trajectory = try TrajectoryTracker(options: MeasureOptions(groups: [.size])).follow(
      name: "w", base: reference.update(0).base, steps: reference.steps
    ) { step in
      try reference.update(try #require(reference.steps.firstIndex(of: step)))
    }
    let regression = try ScoreRegression(
      trajectories: [trajectory], scores: reference.regression.scores, seeds: 20)
    expectClose(regression.fit.inSample, reference.regression.inSample, relative: 1e-6)
    expectClose(regression.fit.leaveOneOut, reference.regression.leaveOneOut, relative: 1e-6)
    expectClose(regression.fit.forward, reference.regression.forward, relative: 1e-6)
    #expect(regression.features == reference.rows)
  }

  @Test("On pure noise in-sample R² is near 1, and only the nulls tell")
  func noise() throws {
    var random = CounterRandom(seed: 5, stream: "features")
    let features = Matrix<Double>.gaussian(rows: 27, columns: 1000, using: &random)
    let scores = (0..<27).map { _ in random.gaussian() }
    let regression = try ScoreRegression(
      gram: features.gram(), features: 1000, scores: scores, seeds: 200, seed: 1)
    #expect(regression.fit.inSample > 0.95)
    #expect(regression.fit.leaveOneOut < 0.2)
    #expect(regression.permuted.inSampleP > 0.01)
    #expect(regression.permuted.leaveOneOutP > 0.01)
  }

  @Test("A trend is told from permuted scores, and random walks have uniform p-values")
  func trend() throws {
    var random = CounterRandom(seed: 6, stream: "walks")
    let scores = (0..<12).map(Double.init)
    var bins = [0, 0, 0, 0, 0]
    for number in 0..<60 {
      var walk = Matrix<Double>.gaussian(rows: 12, columns: 80, using: &random)
      for row in 1..<12 {
        for column in 0..<80 { walk[row, column] += walk[row - 1, column] }
      }
      let regression = try ScoreRegression(
        gram: walk.gram(), features: 80, scores: scores, seeds: 39, seed: UInt64(number))
      #expect(regression.permuted.leaveOneOutP < 0.05)
      bins[min(Int(regression.randomWalk.leaveOneOutP * 5), 4)] += 1
    }
    #expect(try #require(ChiSquare.uniformityP(bins)) > 1e-3, "\(bins)")
  }

  @Test("Score tables are read by their header, with the line of what is wrong")
  func table() throws {
    let table = try ScoreTable(csv: "step, accuracy, score\n10, 1, 0.5\n20, 1, 0.75\n")
    #expect(try table.scores(for: [20, 10]) == [0.75, 0.5])
    #expect(throws: TrajectoryError.missingScore(step: 30)) { try table.scores(for: [30]) }
    #expect(throws: TrajectoryError.badScores(line: 3, problem: "step 10 appears twice")) {
      try ScoreTable(csv: "step,score\n10,1\n10,2")
    }
    #expect(
      throws: TrajectoryError.badScores(line: 2, problem: "'ten,1' holds no step and score")
    ) {
      try ScoreTable(csv: "step,score\nten,1")
    }
    #expect(throws: TrajectoryError.constantScores) {
      try ScoreRegression(gram: .identity(4), features: 9, scores: [1, 1, 1, 1], seeds: 2, seed: 0)
    }
  }
}
