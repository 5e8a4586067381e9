import LinearAlgebra
import Statistics

/// One run's update of a matrix, under the run's name.
public struct ComparedUpdate: Sendable {
  /// The run's name.
  public let run: String
  /// Its update.
  public let update: MatrixUpdate

  /// Names an update.
  public init(run: String, update: MatrixUpdate) {
    self.run = run
    self.update = update
  }
}

/// Lays the updates of one matrix by several runs side by side.
///
///     let comparator = UpdateComparator(options: options, nullSeeds: 5, seed: 0)
///     let comparison = try comparator.compare([rlvr, sft, lora])
///     let jaccard = comparison.pairs[0].jaccard
public struct UpdateComparator: Sendable {
  /// What is measured of each run.
  public let options: MeasureOptions
  /// Draws of the matched null of each pair.
  public let nullSeeds: Int
  /// The seed of the draws.
  public let seed: UInt64

  /// The k of the overlaps of leading subspaces.
  public static let overlapRanks = [1, 2, 4, 8, 16, 32, 64]

  /// Creates a comparator.
  public init(options: MeasureOptions = MeasureOptions(), nullSeeds: Int = 5, seed: UInt64 = 0) {
    self.options = options
    self.nullSeeds = nullSeeds
    self.seed = seed
  }

  /// Compares the runs' updates of one matrix; each may have a base of its own.
  ///
  /// The null of a pair is two independent structureless updates on the real bases: matched in
  /// density where all files are bfloat16 and the null is defined, otherwise in norm.
  ///
  /// - Throws: ``UpdateError`` if sizes differ or a matrix cannot be decomposed.
  public func compare(_ runs: [ComparedUpdate]) throws -> MatrixComparison {
    guard let first = runs.first?.update else { return MatrixComparison(measures: [], runs: []) }
    for run in runs
    where run.update.base.rows != first.base.rows || run.update.base.columns != first.base.columns {
      throw UpdateError.sizeMismatch(
        tensor: first.name, base: [first.base.rows, first.base.columns],
        update: [run.update.base.rows, run.update.base.columns])
    }
    return try UpdateError.naming(first.name) {
      var measures: [MatrixMeasures] = []
      var profiles: [UpdateProfile] = []
      let norms = runs.map { $0.update.delta.frobeniusNorm }
      let matchedNorm = norms.filter { $0 > 0 }.min()
      var matched: [MatrixMeasures?] = []
      var shared: BaseAnalysis?
      for (run, norm) in zip(runs, norms) {
        let base = run.update.base
        let analysis =
          try shared.flatMap { $0.base == base ? $0 : nil }
          ?? BaseAnalysis(of: base, options: options)
        shared = analysis
        let change = ChangeMask(base: base, delta: run.update.delta)
        measures.append(try analysis.measures(of: run.update, change: change))
        matched.append(
          try matchedNorm.flatMap {
            norm > 0 ? try analysis.rescaled(run.update, to: $0) : nil
          })
        profiles.append(
          try UpdateProfile(delta: run.update.delta, changed: change.changed))
      }
      var comparison = MatrixComparison(measures: measures, runs: runs.map(\.run))
      comparison.matchedNorm = matchedNorm
      comparison.matchedMeasures = matched
      comparison.consensus = Consensus(of: profiles.map(\.changed))
      for second in runs.indices {
        for first in 0..<second {
          var pair = PairComparison(
            (runs[first].run, profiles[first]), (runs[second].run, profiles[second]))
          try addNull(
            to: &pair, (runs[first], profiles[first]), (runs[second], profiles[second]))
          comparison.pairs.append(pair)
        }
      }
      return comparison
    }
  }

  private func addNull(
    to pair: inout PairComparison, _ first: (run: ComparedUpdate, profile: UpdateProfile),
    _ second: (run: ComparedUpdate, profile: UpdateProfile)
  ) throws {
    guard nullSeeds > 0, pair.cosine != nil else { return }
    let densities = [first.profile.changed.density, second.profile.changed.density]
    let isRounded = first.run.update.storage.isBFloat16 && second.run.update.storage.isBFloat16
    let null: UpdateNull =
      isRounded && densities.allSatisfy { $0 > 0 && $0 < 1 } ? .density : .norm
    let samplers = try [first, second].map { side in
      try NullSampler(
        null, for: side.run.update, changed: side.profile.changed, seed: seed, needsMatrix: true,
        stream: side.run.run)
    }
    var drawn: [PairComparison] = []
    for number in 0..<nullSeeds {
      let profiles = try samplers.map { sampler in
        let draw = try sampler.draw(number)
        return try UpdateProfile(
          delta: draw.delta ?? Matrix(rows: 0, columns: 0), changed: draw.changed)
      }
      drawn.append(PairComparison((pair.first, profiles[0]), (pair.second, profiles[1])))
    }
    pair.null = null
    func compare(_ observed: Double?, _ draws: [Double]) throws -> NullComparison? {
      guard let observed, draws.count == drawn.count else { return nil }
      return try NullComparison(observed, draws: draws, level: 0.95)
    }
    pair.jaccardNull = try compare(pair.jaccard, drawn.compactMap(\.jaccard))
    pair.cosineNull = try compare(pair.cosine, drawn.compactMap(\.cosine))
    for index in pair.overlaps.indices {
      let rank = pair.overlaps[index].rank
      let same = drawn.compactMap { draw in draw.overlaps.first { $0.rank == rank } }
      pair.overlaps[index].leftNull = try compare(pair.overlaps[index].left, same.map(\.left))
      pair.overlaps[index].rightNull = try compare(pair.overlaps[index].right, same.map(\.right))
    }
  }
}

/// What is compared of one update: its entries, its changes, its leading subspaces.
struct UpdateProfile: Sendable {
  let delta: Matrix<Float>
  let norm: Double
  let changed: EntryMask
  /// Singular vectors of ΔW as rows, as many as ΔW has rank, at most 64.
  let left: Matrix<Double>
  let right: Matrix<Double>

  init(delta: Matrix<Float>, changed: EntryMask) throws {
    self.delta = delta
    self.changed = changed
    norm = delta.frobeniusNorm
    guard norm > 0 else {
      left = Matrix(rows: 0, columns: delta.rows)
      right = Matrix(rows: 0, columns: delta.columns)
      return
    }
    let widest = min(UpdateComparator.overlapRanks.last ?? 1, delta.rows, delta.columns)
    let factors = try SpectralFactors(of: delta.converted(), .leading(widest))
    let rank = factors.singularValues.prefix(widest).count {
      !SpectralFactors.isNegligible(
        $0, of: factors.singularValues, rows: delta.rows, columns: delta.columns)
    }
    left = factors.left.rows(0..<rank)
    right = factors.right.rows(0..<rank)
  }
}

extension BaseAnalysis {
  /// The rotation that an update of the same direction and another norm causes.
  fileprivate func rescaled(_ update: MatrixUpdate, to norm: Double) throws -> MatrixMeasures {
    var result = MatrixMeasures(of: update)
    let delta = Float(norm / update.delta.frobeniusNorm) * update.delta
    measureSize(delta.squaredFrobeniusNorm, into: &result)
    if options.groups.contains(.rotation) {
      try measureSpectra(of: delta, groups: [.rotation], into: &result)
    }
    result.rank = rank
    return result
  }
}
