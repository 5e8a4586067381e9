import LinearAlgebra
import Statistics

/// Whether another model still holds a property where the reference does, and in the same direction.
public struct ProbeTransfer: Sendable, Equatable, Codable {
  /// What became of the property.
  public enum Verdict: String, Sendable, Codable {
    /// The reference's own probe still reads it.
    case kept
    /// The reference's probe fails, one trained on this model works.
    case moved
    /// Both fail.
    case lost
    /// The reference does not hold it above chance: there is nothing to follow.
    case absent
  }

  /// A paired comparison of item scores on the same held-out items.
  public struct Difference: Sendable, Equatable, Codable {
    /// First minus second, with a bootstrap interval over types.
    public let estimate: MeanEstimate
    /// Two-sided, from the estimate over its cluster-robust standard error; 1 if all differences
    /// are 0.
    public let pValue: Double
    /// McNemar's exact test over items, for classes; it takes items for independent.
    public let mcNemarP: Double?
  }

  /// The property.
  public let property: String
  /// The site.
  public let site: String
  /// Metrics of the reference's fold probes on this model's activations, held-out items only.
  public let transferred: [ProbeEstimate]
  /// The probe trained on this model, with its metrics.
  public let retrained: TrainedProbe
  /// Reference on itself minus reference's probes here.
  public let transferLoss: Difference
  /// Reference on itself minus retrained here.
  public let retrainedLoss: Difference
  /// Retrained minus reference's probes, both here.
  public let gap: Difference
  /// The share of the reference's score above chance that its probes keep here.
  public let transferredSkill: Double?
  /// The same share for the retrained probes.
  public let retrainedSkill: Double?
  /// Cosine between the two final probes' raw weights.
  public let cosine: Double
  /// What became of the property: a probe **fails** if its loss is significant (its interval
  /// excludes 0) and it keeps less than ``ProbeOptions/skillThreshold`` of the score above chance.
  public let verdict: Verdict
}

extension ProbeStudy {
  /// Applies the reference's probes unchanged to another model's activations, beside new ones.
  ///
  /// - Parameters:
  ///   - reference: Probes of this study.
  ///   - sites: The other model's activations, in the order of the probes.
  ///   - threads: Workers; each computes on one thread.
  ///   - withControls: Whether controls are drawn for the retrained probes.
  /// - Returns: One comparison a site.
  /// - Throws: ``ProbeError``, `DecompositionError`.
  public func transfer(
    _ reference: [TrainedProbe], to sites: [(name: String, activations: Matrix<Float>)],
    threads: Int = 1, withControls: Bool = false
  ) throws -> [ProbeTransfer] {
    guard reference.count == sites.count else {
      throw ProbeError.shape(
        what: "sites of the compared model", expected: reference.count, found: sites.count)
    }
    return try concurrentMap(sites.count, threads: threads) {
      try transfer(
        reference[$0], sites[$0].name, sites[$0].activations, withControls: withControls)
    }
  }

  private func transfer(
    _ reference: TrainedProbe, _ site: String, _ activations: Matrix<Float>, withControls: Bool
  ) throws -> ProbeTransfer {
    let retrained = try train(site, activations, withControls: withControls)
    var predictions = HeldOutPredictions(folds: folds, targets: targets)
    for (fold, probe) in reference.foldProbes.enumerated() {
      let held = folds.indices.filter { folds[$0] == fold }
      try predictions.record(probe, activations, rows: held, targets: targets)
    }
    let scores = predictions.itemScores(targets)
    let transferLoss = try difference(reference.itemScores, scores)
    let retrainedLoss = try difference(reference.itemScores, retrained.itemScores)
    let chance = controls.chance(majority: majority)
    let advantage = reference.score - chance
    let isPresent = (reference.primaryInterval?.low ?? -.infinity) > chance
    func skill(_ scores: [Double]) -> Double? {
      isPresent ? ((Summary.mean(scores) ?? .nan) - chance) / advantage : nil
    }
    let transferredSkill = skill(scores)
    let retrainedSkill = skill(retrained.itemScores)
    return ProbeTransfer(
      property: property, site: site, transferred: try bootstrap.estimates(predictions, targets),
      retrained: retrained, transferLoss: transferLoss, retrainedLoss: retrainedLoss,
      gap: try difference(retrained.itemScores, scores), transferredSkill: transferredSkill,
      retrainedSkill: retrainedSkill,
      cosine: ProbeGeometry.cosine(reference.probe, retrained.probe),
      verdict: verdict(transferLoss, transferredSkill, retrainedLoss, retrainedSkill))
  }

  private func difference(
    _ first: [Double], _ second: [Double]
  ) throws -> ProbeTransfer.Difference {
    let estimate = try itemBootstrap.meanDifference(
      of: first, minus: second, clusters: clusters, level: options.level)
    let error = estimate.standardError
    let tail = error > 0 ? Normal.cdf(-abs(estimate.mean) / error) : estimate.mean == 0 ? 0.5 : 0
    let table =
      classes.isEmpty
      ? nil : try PairedAccuracy(first: first.map { $0 == 1 }, second: second.map { $0 == 1 })
    return ProbeTransfer.Difference(
      estimate: estimate, pValue: 2 * tail, mcNemarP: table?.mcNemarP())
  }

  private func verdict(
    _ transferLoss: ProbeTransfer.Difference, _ transferredSkill: Double?,
    _ retrainedLoss: ProbeTransfer.Difference, _ retrainedSkill: Double?
  ) -> ProbeTransfer.Verdict {
    guard let transferredSkill, let retrainedSkill else { return .absent }
    func fails(_ loss: ProbeTransfer.Difference, _ skill: Double) -> Bool {
      loss.estimate.interval.low > 0 && skill < options.skillThreshold
    }
    if !fails(transferLoss, transferredSkill) { return .kept }
    return fails(retrainedLoss, retrainedSkill) ? .lost : .moved
  }
}

extension ControlTasks {
  /// The score of no knowledge: the majority's accuracy, at least 1/k; R² of 0.
  func chance(majority: Double) -> Double {
    switch targets {
    case .numbers: 0
    case .classes(_, let names): max(majority, 1 / Double(names.count))
    }
  }
}

extension TrainedProbe {
  fileprivate var primaryInterval: Interval? {
    (estimates[.accuracy] ?? estimates[.rSquared])?.interval
  }
}
