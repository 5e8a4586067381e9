import Foundation
import Statistics
import Testing

@Suite("Distributions against scipy")
struct DistributionTests {
  let fixture: Fixture
  init() throws { fixture = try .load() }

  @Test("Normal probabilities and quantiles keep their digits in the tails")
  func normal() throws {
    for row in try fixture["normal_cdf"] {
      expectClose(Normal.cdf(row[0]), row[1], "z \(row[0])")
      expectClose(Normal.survival(-row[0]), row[1], "z \(row[0])")
    }
    for row in try fixture["normal_quantile"] {
      expectClose(Normal.quantile(row[0]), row[1], relative: 1e-11, floor: 1e-3, "p \(row[0])")
    }
    #expect(Normal.quantile(0) == -.infinity && Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(-0.1).isNaN && Normal.quantile(.nan).isNaN)
  }

  @Test("Log-gamma")
  func logGamma() throws {
    for row in try fixture["log_gamma"] {
      expectClose(Gamma.log(row[0]), row[1], floor: 1, "x \(row[0])")
    }
  }

  @Test("Beta tails and quantiles, with shapes up to ten million")
  func beta() throws {
    for row in try fixture["beta"] {
      let law = BetaDistribution(alpha: row[0], beta: row[1])
      expectClose(law.cdf(row[2]), row[3], relative: 1e-10, "cdf \(row)")
      expectClose(law.survival(row[2]), row[4], relative: 1e-10, "survival \(row)")
    }
    for row in try fixture["beta_quantile"] {
      let law = BetaDistribution(alpha: row[0], beta: row[1])
      expectClose(law.quantile(row[2]), row[3], relative: 1e-11, "\(row)")
    }
    #expect(BetaDistribution(alpha: 0, beta: 1).cdf(0.5).isNaN)
  }

  @Test("Student's t, whole and broken degrees of freedom")
  func student() throws {
    for row in try fixture["student_cdf"] {
      expectClose(StudentT.cdf(row[1], degreesOfFreedom: row[0]), row[2], relative: 1e-11, "\(row)")
    }
    for row in try fixture["student_quantile"] {
      expectClose(
        StudentT.quantile(row[1], degreesOfFreedom: row[0]), row[2], relative: 1e-11, floor: 1e-3,
        "\(row)")
    }
    #expect(StudentT.cdf(1.5, degreesOfFreedom: .infinity) == 1 - Normal.survival(1.5))
    #expect(StudentT.twoSidedP(1, degreesOfFreedom: 0).isNaN)
  }

  @Test("Chi-square survival")
  func chiSquare() throws {
    for row in try fixture["chi_square"] {
      expectClose(
        ChiSquare.survival(row[1], degreesOfFreedom: row[0]), row[2], relative: 1e-11, "\(row)")
    }
    #expect(ChiSquare.survival(0, degreesOfFreedom: 3) == 1)
    #expect(ChiSquare.uniformityP([5, 5, 5]) == 1)
    #expect(ChiSquare.uniformityP([]) == nil)
  }

  @Test("Binomial probabilities and both tails")
  func binomial() throws {
    for row in try fixture["binomial"] {
      let (k, n, p) = (Int(row[0]), Int(row[1]), row[2])
      expectClose(Binomial.probability(of: k, trials: n, success: p), row[3], "\(row)")
      expectClose(Binomial.cdf(k, trials: n, success: p), row[4], "\(row)")
      expectClose(Binomial.upperTail(k, trials: n, success: p), row[5], "\(row)")
    }
    #expect(Binomial.probability(of: 0, trials: 0, success: 1) == 1)
  }
}
