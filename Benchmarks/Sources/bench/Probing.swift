import Foundation
import LinearAlgebra
import Probes

/// One property at every layer of the activations that `peers/probes.py --write` makes: nested
/// cross-validation, no controls.
func probes(_ file: URL, layers: Int, threads: Int) throws {
  let (items, width) = (600, 576)
  let values = try Data(contentsOf: file).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  let set = try ProbeSet(
    name: "synthetic",
    items: values.suffix(items).enumerated().map { index, label in
      ProbeItem(
        id: "\(index)", text: "\(index)", label: .category(label > 0 ? "1" : "0"),
        type: "\(index / 4)")
    })
  let study = try ProbeStudy(set)
  let sites = (0..<min(layers, values.count / (items * width))).map { layer in
    let start = layer * items * width
    return (
      name: "layer \(layer)",
      activations: Matrix<Float>(
        rows: items, columns: width, elements: Array(values[start..<start + items * width]))
    )
  }
  var accuracy = 0.0
  let cost = try Clock.measure {
    let trained = try study.train(sites, threads: threads, withControls: false)
    accuracy = trained.map(\.score).reduce(0, +) / Double(trained.count)
  }
  try report("probes", cost, ["layers": Double(sites.count), "mean_accuracy": accuracy])
}
