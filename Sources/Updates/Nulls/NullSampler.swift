import Checkpoints
import Foundation
import LinearAlgebra
import Statistics

/// One draw of a null.
struct NullDraw: Sendable {
  /// The update; nil where only the changed entries were asked for.
  let delta: Matrix<Float>?
  /// The entries that it changes.
  let changed: EntryMask
}

/// Draws updates of one null for one matrix.
struct NullSampler: Sendable {
  private let null: UpdateNull
  private let update: MatrixUpdate
  private let seed: UInt64
  private let stream: String
  private let needsMatrix: Bool
  private let source: Source

  /// What the draws are made of.
  private enum Source: Sendable {
    /// N(0, s²) entries.
    case gaussian(scale: Double)
    /// N(0, s²) entries rounded with W₀.
    case roundedGaussian(scale: Double)
    /// Independent changes; p · 2³² for each entry.
    case changes(thresholds: [UInt32])
    /// Singular values.
    case spectrum([Double])
    /// Sets of entries that are permuted among themselves: numbers of entries, and where sets begin.
    case permutation(changed: EntryMask, order: [Int32], starts: [Int])
  }

  /// Why a null has no draws for this update.
  enum Unavailable: Error {
    case because(String)
  }

  /// Prepares the draws.
  ///
  /// - Parameters:
  ///   - null: the null.
  ///   - update: the update that it resembles.
  ///   - changed: the entries that ΔW changes.
  ///   - seed: the seed of all draws.
  ///   - needsMatrix: whether draws need more than their changed entries.
  ///   - stream: keeps draws apart from those for another update of the same tensor.
  /// - Throws: ``Unavailable``, ``DecompositionError``.
  init(
    _ null: UpdateNull, for update: MatrixUpdate, changed: EntryMask, seed: UInt64,
    needsMatrix: Bool, stream: String = ""
  ) throws {
    self.null = null
    self.update = update
    self.seed = seed
    self.stream = stream.isEmpty ? update.name : "\(stream)/\(update.name)"
    self.needsMatrix = needsMatrix
    let base = update.base
    let norm = update.delta.frobeniusNorm
    guard norm > 0 else { throw Unavailable.because(BaseAnalysis.zeroUpdate) }
    switch null {
    case .norm:
      let scale = norm / Double(base.elements.count).squareRoot()
      source =
        needsMatrix
        ? .gaussian(scale: scale)
        : .changes(thresholds: Self.thresholds(update, scale: scale))
    case .density:
      guard update.storage.isBFloat16 else {
        throw Unavailable.because(
          "the density-matched null needs two bfloat16 files, these are "
            + "\(update.storage.base.rawValue) and \(update.storage.tuned.rawValue)")
      }
      let density = changed.density
      guard density > 0 else { throw Unavailable.because("no entry changed") }
      guard density < 1 else {
        throw Unavailable.because("every entry changed: no finite size matches that")
      }
      let scale = BFloat16Grid.scale(forDensity: density, of: base)
      source =
        needsMatrix
        ? .roundedGaussian(scale: scale)
        : .changes(thresholds: Self.thresholds(update, scale: scale))
    case .spectrum:
      let values = try update.delta.converted(to: Double.self).spectrum()
      source = .spectrum(
        values.filter {
          !SpectralFactors.isNegligible($0, of: values, rows: base.rows, columns: base.columns)
        })
    case .shuffleRows, .shuffleColumns, .shuffleBins:
      let (order, starts) = Self.sets(null, base)
      source = .permutation(changed: changed, order: order, starts: starts)
    }
  }

  /// Draws the update of a number.
  ///
  /// - Throws: ``DecompositionError`` if LAPACK fails.
  func draw(_ number: Int) throws -> NullDraw {
    var random = CounterRandom(
      seed: seed, stream: "null/\(null.rawValue)/\(stream)/\(number)")
    let base = update.base
    switch source {
    case .gaussian(let scale):
      var delta = Self.gaussian(like: base, scale: scale, &random)
      // The norm is matched exactly, not on average.
      let correction = Float(
        scale * Double(base.elements.count).squareRoot() / delta.frobeniusNorm)
      delta = correction * delta
      return NullDraw(delta: delta, changed: entriesChanged(by: delta))
    case .roundedGaussian(let scale):
      let noise = Self.gaussian(like: base, scale: scale, &random)
      let delta = base.zipped(with: noise) { BFloat16.rounded($0 + $1) - $0 }
      return NullDraw(delta: delta, changed: Self.nonzero(delta))
    case .changes(let thresholds):
      return NullDraw(delta: nil, changed: changes(thresholds, &random))
    case .spectrum(let values):
      let (m, n, r) = (base.rows, base.columns, values.count)
      let p = try Matrix<Double>.haarOrthonormal(rows: m, columns: r, using: &random)
      let q = try Matrix<Double>.haarOrthonormal(rows: n, columns: r, using: &random)
      let delta = p.scalingColumns(by: values).multiplied(q, .plain, .transposed)
        .converted(to: Float.self)
      return NullDraw(delta: delta, changed: entriesChanged(by: delta))
    case .permutation(let changed, let order, let starts):
      return permuted(changed, order, starts, &random)
    }
  }

  /// The entries that differ after W₀ + δ is stored as the tuned file is.
  private func entriesChanged(by delta: Matrix<Float>) -> EntryMask {
    guard update.storage.isBFloat16 else {
      return ChangeMask(base: update.base, delta: delta).changed
    }
    let base = update.base
    let members = zip(base.elements, delta.elements).map { BFloat16.rounded($0 + $1) != $0 }
    return EntryMask(rows: base.rows, columns: base.columns, members: members)
  }

  private static func nonzero(_ matrix: Matrix<Float>) -> EntryMask {
    EntryMask(
      rows: matrix.rows, columns: matrix.columns, members: matrix.elements.map { $0 != 0 })
  }

  /// Independent normal entries, two a pair of uniforms (Box–Muller).
  private static func gaussian(
    like matrix: Matrix<Float>, scale: Double, _ random: inout CounterRandom
  ) -> Matrix<Float> {
    let count = matrix.elements.count
    let scale = Float(scale)
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in stride(from: 0, to: count, by: 2) {
        let bits = random.next()
        // 2⁻³³ added: never log 0.
        let first = Float(UInt32(truncatingIfNeeded: bits)) * 0x1p-32 + 0x1p-33
        let angle = Float(UInt32(truncatingIfNeeded: bits >> 32)) * 0x1p-32 * 2 * .pi
        let radius = scale * (-2 * log(min(first, 1))).squareRoot()
        buffer[index] = radius * cos(angle)
        if index + 1 < count { buffer[index + 1] = radius * sin(angle) }
      }
      initialized = count
    }
    return Matrix(rows: matrix.rows, columns: matrix.columns, elements: elements)
  }

  /// The probability of change of each entry under N(0, s²), times 2³².
  private static func thresholds(_ update: MatrixUpdate, scale: Double) -> [UInt32] {
    func threshold(_ probability: Double) -> UInt32 {
      UInt32(min(probability * 0x1p32, 0x1p32 - 1))
    }
    if update.storage.isBFloat16 {
      let table = (0..<BFloat16Grid.cellCount).map {
        threshold(BFloat16Grid.changeProbability(cell: $0, scale: scale))
      }
      return update.base.elements.map { table[BFloat16Grid.cell(of: $0)] }
    }
    let tolerance = MeasureOptions.changeTolerance
    return update.base.elements.map { element in
      // δ away from zero needs |δ| > η(|w₀| + |δ|), δ towards zero |δ| > η|w₀|.
      let inward = tolerance * Double(element.magnitude) / scale
      return threshold(Normal.survival(inward) + Normal.survival(inward / (1 - tolerance)))
    }
  }

  private func changes(_ thresholds: [UInt32], _ random: inout CounterRandom) -> EntryMask {
    let count = thresholds.count
    let members = [Bool](unsafeUninitializedCapacity: count) { members, initialized in
      thresholds.withUnsafeBufferPointer { thresholds in
        for index in stride(from: 0, to: count, by: 2) {
          let bits = random.next()
          members[index] = UInt32(truncatingIfNeeded: bits) < thresholds[index]
          if index + 1 < count {
            members[index + 1] = UInt32(truncatingIfNeeded: bits >> 32) < thresholds[index + 1]
          }
        }
      }
      initialized = count
    }
    return EntryMask(rows: update.base.rows, columns: update.base.columns, members: members)
  }

  /// Entry numbers set by set, and where each set begins.
  private static func sets(
    _ null: UpdateNull, _ base: Matrix<Float>
  ) -> (order: [Int32], starts: [Int]) {
    let count = base.elements.count
    switch null {
    case .shuffleRows:
      return (
        (0..<Int32(count)).map { $0 }, Array(stride(from: 0, through: count, by: base.columns))
      )
    case .shuffleColumns:
      var order: [Int32] = []
      order.reserveCapacity(count)
      for column in 0..<base.columns {
        for row in 0..<base.rows { order.append(Int32(row * base.columns + column)) }
      }
      return (order, Array(stride(from: 0, through: count, by: base.rows)))
    default:
      let exponents = base.elements.map { Int($0.bitPattern >> 23 & 0xFF) }
      var starts = [Int](repeating: 0, count: 257)
      for exponent in exponents { starts[exponent + 1] += 1 }
      for bin in 0..<256 { starts[bin + 1] += starts[bin] }
      var next = starts
      var order = [Int32](repeating: 0, count: count)
      for (index, exponent) in exponents.enumerated() {
        order[next[exponent]] = Int32(index)
        next[exponent] += 1
      }
      return (order, starts)
    }
  }

  /// Permutes entries and their changes within each set (Fisher–Yates).
  private func permuted(
    _ changed: EntryMask, _ order: [Int32], _ starts: [Int], _ random: inout CounterRandom
  ) -> NullDraw {
    var delta = update.delta
    var members = changed.members
    for (start, end) in zip(starts, starts.dropFirst()) {
      for position in stride(from: end - 1, to: start, by: -1) {
        let other = Int.random(in: start...position, using: &random)
        let (first, second) = (Int(order[position]), Int(order[other]))
        delta.elements.swapAt(first, second)
        members.swapAt(first, second)
      }
    }
    return NullDraw(
      delta: delta, changed: EntryMask(rows: delta.rows, columns: delta.columns, members: members))
  }
}
