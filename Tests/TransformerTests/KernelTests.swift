import Foundation
import LinearAlgebra
import Testing

/// Every kernel against a plain twin in `Double`; counts that are and are not whole lanes.
@Suite("Kernels")
struct KernelTests {
  static let counts = [1, 15, 16, 17, 48, 100]

  private func random(_ count: Int, _ stream: String, scale: Double = 1) -> [Float] {
    var random = CounterRandom(seed: 1, stream: stream)
    return (0..<count).map { _ in Float(scale * random.gaussian()) }
  }

  /// Largest difference relative to the largest expected value.
  private func error(_ found: [Float], _ expected: [Double]) -> Double {
    let scale = expected.map(abs).max() ?? 1
    return zip(found, expected).map { abs(Double($0) - $1) / scale }.max() ?? 0
  }

  @Test("RMSNorm divides by the root of the mean square", arguments: counts)
  func normalization(count: Int) {
    let (x, weight) = (random(count, "x", scale: 3), random(count, "w"))
    var y = [Float](repeating: 0, count: count)
    Kernel.normalize(x, count: count, epsilon: 1e-5, to: &y)
    Kernel.scale(&y, by: weight, count: count)
    let mean = x.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
    let expected = zip(x, weight).map { Double($0) * Double($1) / (mean + 1e-5).squareRoot() }
    #expect(error(y, expected) < 1e-6)
  }

  @Test("The gate is silu(gate) · up, without overflow at either end", arguments: counts)
  func gate(count: Int) {
    var gate = random(count, "gate", scale: 30)
    if count > 1 { gate[0] = -200 }
    let up = random(count, "up")
    let expected = zip(gate, up).map { Double($0) / (1 + exp(-Double($0))) * Double($1) }
    Kernel.gate(&gate, up, count: count)
    #expect(error(gate, expected) < 1e-6)
  }

  @Test("A rotation turns pairs of the two halves", arguments: [1, 8, 16, 24])
  func rotation(half: Int) {
    var x = random(2 * half, "x")
    let angles = random(half, "angle")
    let (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
    let before = x.map(Double.init)
    Kernel.rotate(&x, half: half, cosine: cosines, sine: sines)
    let expected = (0..<2 * half).map { index -> Double in
      let pair = index % half
      let (c, s) = (Double(cosines[pair]), Double(sines[pair]))
      let (a, b) = (before[pair], before[pair + half])
      return index < half ? a * c - b * s : b * c + a * s
    }
    #expect(error(x, expected) < 1e-6)
  }

  @Test("Softmax sums to 1, is exact to a few units, and ignores −∞", arguments: [16, 48, 96])
  func softmax(count: Int) {
    var x = random(count, "x", scale: 5)
    for index in count - 5..<count { x[index] = -.infinity }
    let top = x.map(Double.init).max() ?? 0
    let weights = x.map { exp(Double($0) - top) }
    let total = weights.reduce(0, +)
    Kernel.softmax(&x, count: count)
    #expect(error(x, weights.map { $0 / total }) < 1e-6)
    #expect(x[(count - 5)...].allSatisfy { $0 == 0 })
  }

  @Test("Gradients of kernels equal central differences of plain twins", arguments: counts)
  func gradients(count: Int) {
    let (x, u, g) = (random(count, "x"), random(count, "u"), random(count, "g"))
    /// d/dx Σ g·f(x) by central differences in `Double`.
    func differences(_ x: [Float], _ f: ([Double]) -> [Double]) -> [Double] {
      let (values, step) = (x.map(Double.init), 1e-5)
      return x.indices.map { index in
        let sides = [step, -step].map { change -> Double in
          var moved = values
          moved[index] += change
          return zip(f(moved), g).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        return (sides[0] - sides[1]) / (2 * step)
      }
    }
    var normalization = [Float](repeating: 0, count: count)
    Kernel.addNormalizationGradient(g, of: x, count: count, epsilon: 1e-5, to: &normalization)
    let expected = differences(x) { values in
      let mean = values.reduce(0) { $0 + $1 * $1 } / Double(count)
      return values.map { $0 / (mean + 1e-5).squareRoot() }
    }
    // With one element the gradient is ε's doing alone.
    #expect(count == 1 || error(normalization, expected) < 1e-5)

    func silu(_ a: Double) -> Double { a / (1 + exp(-a)) }
    var (gate, up) = (x, u)
    Kernel.gateGradient(&gate, &up, g, count: count)
    let others = differences(x) { zip($0, u).map { silu($0) * Double($1) } }
    #expect(error(gate, others) < 1e-5)
    #expect(error(up, differences(u) { zip($0, x).map { $0 * silu(Double($1)) } }) < 1e-5)

    var negated = x
    let total = Kernel.logSumExp(x, count: count)
    Kernel.negateExponentials(&negated, minus: Float(total), count: count)
    #expect(error(negated, x.map { -exp(Double($0) - total) }) < 1e-6)
  }

  @Test("Turning back undoes a rotation", arguments: [1, 8, 16, 24])
  func rotationBack(half: Int) {
    let (x, angles) = (random(2 * half, "x"), random(half, "angle"))
    let (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
    var y = x
    Kernel.rotate(&y, half: half, cosine: cosines, sine: sines)
    Kernel.rotateBack(&y, half: half, cosine: cosines, sine: sines)
    #expect(error(y, x.map(Double.init)) < 1e-6)
  }

  @Test("NaN is not hidden: softmax, gate and log Σ exp give it back", arguments: [16, 48])
  func notANumber(count: Int) {
    var x = random(count, "x")
    x[count - 3] = .nan
    #expect(Kernel.logSumExp(x, count: count).isNaN)
    var gate = x
    Kernel.gate(&gate, x, count: count)
    #expect(gate.indices.filter { gate[$0].isNaN } == [count - 3])
    Kernel.softmax(&x, count: count)
    #expect(x.allSatisfy { $0.isNaN })
  }

  @Test("Entries of −∞ behind a row change no bit of it")
  func softmaxLength() {
    let x = random(16, "x", scale: 4)
    var (short, long) = (x, x + [Float](repeating: -.infinity, count: 80))
    Kernel.softmax(&short, count: 16)
    Kernel.softmax(&long, count: 96)
    #expect(Array(long[..<16]) == short)
  }

  /// x − max is rounded to `Float`: half a unit of a number around 30.
  @Test("log Σ exp is exact to 1e-6", arguments: [1, 15, 512, 513, 5000])
  func logSumExp(count: Int) {
    let x = random(count, "x", scale: 10)
    let top = x.map(Double.init).max() ?? 0
    let expected = top + log(x.reduce(0) { $0 + exp(Double($1) - top) })
    #expect(abs(Kernel.logSumExp(x, count: count) - expected) < 1e-6)
  }

  @Test("The first of equal maxima is found")
  func firstMaximum() {
    #expect(Kernel.firstMaximum([1, 3, 2, 3], count: 4) == 1)
    #expect(Kernel.firstMaximum([7], count: 1) == 0)
    for count in Self.counts {
      var x = random(count, "x")
      #expect(Kernel.firstMaximum(x, count: count) == x.firstIndex(of: x.max() ?? 0))
      x[count / 2] = 9
      x[count - 1] = 9
      #expect(Kernel.firstMaximum(x, count: count) == count / 2)
    }
  }

  @Test("A product is x·Wᵀ at every height and size", arguments: [(48, 8, 3), (60, 192, 200)])
  func product(rows: Int, inputs: Int, outputs: Int) {
    let (x, weight) = (random(rows * inputs, "x"), random(outputs * inputs, "w"))
    var y = [Float](repeating: 0, count: rows * outputs)
    Kernel.linear(x, rows: rows, inputs: inputs, weight: weight, outputs: outputs, to: &y)
    let expected = (0..<rows * outputs).map { index in
      (0..<inputs).reduce(0.0) { sum, k in
        sum + Double(x[index / outputs * inputs + k]) * Double(weight[index % outputs * inputs + k])
      }
    }
    #expect(error(y, expected) < 1e-6)
  }

  @Test(
    "A row's product has the same bits in blocks of any height and place",
    arguments: [(32, 16), (32, 48), (48, 64), (128, 128), (192, 512), (576, 192), (1536, 576)])
  func rowBits(inputs: Int, outputs: Int) {
    let (row, weight) = (random(inputs, "row"), random(outputs * inputs, "w"))
    func product(_ rows: Int, at place: Int) -> [Float] {
      var x = random(rows * inputs, "others \(rows)")
      x.replaceSubrange(place * inputs..<(place + 1) * inputs, with: row)
      var y = [Float](repeating: 0, count: rows * outputs)
      Kernel.linear(x, rows: rows, inputs: inputs, weight: weight, outputs: outputs, to: &y)
      return Array(y[place * outputs..<(place + 1) * outputs])
    }
    let expected = product(48, at: 5)
    for rows in [48, 60, 96, 132, 240, 516] {
      for place in stride(from: 5, to: rows, by: 60) {
        #expect(product(rows, at: place) == expected, "\(rows) rows, row \(place)")
      }
    }
  }
}
