import Foundation
import LinearAlgebra
import Probes

/// Gaussian activations in which a property may be planted along one direction.
struct SyntheticProperty {
  var items = 240
  var width = 40
  var itemsPerType = 3
  /// Distance of the class means, or scale of the number, in standard deviations; 0 plants nothing.
  var strength: Float = 8
  var isNumeric = false
  var seed: UInt64 = 1

  /// The direction along which it is planted, of unit length.
  var direction: [Float] {
    var random = CounterRandom(seed: seed, stream: "direction")
    let raw = (0..<width).map { _ in Float(random.gaussian()) }
    let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / norm }
  }

  private var values: [Double] {
    var random = CounterRandom(seed: seed, stream: "labels")
    return (0..<items).map { index in
      isNumeric ? random.gaussian() : Double(index % 2)
    }
  }

  func set() throws -> ProbeSet {
    try ProbeSet(
      name: "synthetic",
      items: values.enumerated().map { index, value in
        ProbeItem(
          id: "\(index)", text: "t",
          label: isNumeric ? .number(value) : .category("class \(value)"),
          type: "type \(index / itemsPerType)")
      })
  }

  /// Activations [items, width]; `along` plants in another direction.
  func activations(along other: [Float]? = nil, noise: String = "noise") -> Matrix<Float> {
    var random = CounterRandom(seed: seed, stream: noise)
    var matrix = Matrix<Float>.gaussian(rows: items, columns: width, using: &random)
    let direction = other ?? direction
    for (row, value) in values.enumerated() {
      let shift = strength * Float(isNumeric ? value : value - 0.5)
      for column in 0..<width { matrix.elements[row * width + column] += shift * direction[column] }
    }
    return matrix
  }

  /// Options that keep tests quick.
  static var options: ProbeOptions {
    var options = ProbeOptions()
    options.grid = [0.01, 1]
    options.replicates = 200
    return options
  }
}

/// The angle between two vectors in degrees, signs ignored.
func angle(_ a: [Double], _ b: [Float]) -> Double {
  let inner = zip(a, b).reduce(0) { $0 + $1.0 * Double($1.1) }
  let norms = (a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + Double($1 * $1) }).squareRoot()
  return acos(min(abs(inner) / norms, 1)) * 180 / .pi
}
