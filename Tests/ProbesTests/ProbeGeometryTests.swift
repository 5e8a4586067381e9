import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Probes
import Statistics
import Testing

@Suite("Probe geometry")
struct ProbeGeometryTests {
  @Test("A direction's shares in a subspace and its complement add up to 1")
  func shares() throws {
    var random = CounterRandom(seed: 5)
    let basis = try Matrix<Double>.haarOrthonormal(rows: 24, columns: 24, using: &random).transposed
    let direction = (0..<24).map { _ in random.gaussian() }
    let head = try ProbeGeometry.share(of: direction, in: basis.rows(0..<6))
    let tail = try ProbeGeometry.share(of: direction, in: basis.rows(6..<24))
    #expect(abs(head.share + tail.share - 1) < 1e-12)
    #expect(head.expected == 0.25)
    #expect(head.random.contains(0.25))
    let inside = try ProbeGeometry.share(of: Array(basis.row(2)), in: basis.rows(0..<6))
    #expect(abs(inside.share - 1) < 1e-12 && inside.pValue < 1e-6)
  }

  @Test("Random directions fall in their band as often as its level says")
  func band() throws {
    var random = CounterRandom(seed: 6)
    let basis = try Matrix<Double>.haarOrthonormal(rows: 30, columns: 5, using: &random).transposed
    let hits = try (0..<1000).count { _ in
      let share = try ProbeGeometry.share(
        of: (0..<30).map { _ in random.gaussian() }, in: basis)
      return share.random.contains(share.share)
    }
    #expect((925...975).contains(hits))
  }

  @Test("A subspace of another width is refused")
  func width() {
    #expect(throws: ProbeError.self) {
      try ProbeGeometry.share(of: [1, 2], in: Matrix<Double>.identity(3))
    }
  }

  @Test("The stream after a block is written by its outputs and read by the next block")
  func neighbours() throws {
    func entry(_ role: WeightRole, _ layer: Int?) -> WeightEntry {
      WeightEntry(role: role, layer: layer, name: "\(role.rawValue) \(layer ?? -1)", shape: [1, 1])
    }
    let table = WeightTable(
      entries: [entry(.embedding, nil)]
        + (0..<2).flatMap { layer in WeightRole.projections.map { entry($0, layer) } })
    let first = SiteMatrices(Site(.residualPost, layer: 0), in: table)
    #expect(first.writers.map(\.name) == ["o_proj 0", "down_proj 0"])
    #expect(first.readers.map(\.name) == ["q_proj 1", "k_proj 1", "v_proj 1"])
    let last = SiteMatrices(Site(.residualPost, layer: 1), in: table)
    #expect(last.readers.map(\.name) == ["embed_tokens -1"])
    let neurons = SiteMatrices(Site(.neurons, layer: 1), in: table)
    #expect(neurons.writers.isEmpty && neurons.readers.map(\.name) == ["down_proj 1"])
  }

  @Test("Directions are written per layer, of unit length, towards the second class")
  func file() throws {
    let property = SyntheticProperty()
    let study = try ProbeStudy(try property.set(), options: SyntheticProperty.options)
    let probe = try study.train([("s", property.activations())], withControls: false)[0].probe
    let url = FileManager.default.temporaryDirectory
      .appending(path: "probe-directions-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try DirectionFile.write([(Site(.residualPost, layer: 3), probe)], to: url)
    let file = try SafetensorsFile(url)
    #expect(file.tensors.map(\.name) == ["direction.3"])
    let direction = try file.vector("direction.3")
    let inner = zip(direction, property.direction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(inner > 0.9)
    #expect(abs(direction.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
  }
}
