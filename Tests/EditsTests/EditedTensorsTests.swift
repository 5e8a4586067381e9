import Architecture
import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Edited tensors")
struct EditedTensorsTests {
  typealias Fixture = EditFixture

  /// The edits of the reference, under its names.
  static let reference: [(name: String, edit: Edit)] = [
    ("remove-principal", Fixture.edit(.remove, .principal)),
    (
      "keep-off",
      Fixture.edit(.keep, .offPrincipal) {
        $0.selection.layers = LayerSet([1])
        $0.lambda = 0.5
      }
    ),
    (
      "keep-rescaled",
      Fixture.edit(.keep, .principal) {
        $0.selection.modules = [.query, .down]
        $0.rescale = true
      }
    ),
    ("remove-rest", Fixture.edit(.remove, .rest)),
    (
      "remove-everywhere",
      Fixture.edit(.remove, .maskPrincipal) {
        $0.selection.layers = LayerSet([0])
        $0.include = [.embeddings, .norms]
      }
    ),
    ("rounded", Fixture.edit(.remove, .principal) { $0.rounding = .bf16 }),
  ]

  @Test("every tensor equals the reference in float64", arguments: reference.map(\.name))
  func parity(_ name: String) throws {
    let expected = try SafetensorsFile(Fixture.directory.appending(path: "edited.safetensors"))
    let edit = try #require(Self.reference.first { $0.name == name }?.edit)
    let edited = try Fixture.tensors(edit, of: Fixture.pair())
    for info in edited.tensors {
      let difference = largestDifference(
        try edited.matrix(info.name), try expected.matrix("\(name)/\(info.name)"))
      // Components are products in Float of factors below 1: a few units of the last place of 1.
      let tolerance: Float = edit.rounding == nil ? 4e-7 : 0
      #expect(difference <= tolerance, "\(info.name)")
    }
    #expect(edited.tensors.count == edited.pair.base.weights.entries.count)
  }

  static let components: [Component] = [
    .principal, .offPrincipal, .po, .op, .oo, .maskPrincipal, .maskOffPrincipal, .maskLow,
    .maskSafe, .head(2), .tail(2), .triplet(2), .all, .rest,
  ]

  @Test("λ = 0 is bit for bit the reference, for edits and controls")
  func neutral() throws {
    let pair = try Fixture.pair()
    for operation in Edit.Operation.allCases {
      let source = operation == .remove ? pair.tuned.source : pair.base.source
      let edits =
        Self.components.map { Fixture.edit(operation, $0) { $0.lambda = 0 } }
        + Control.allCases.map { control in
          Fixture.edit(operation, .principal) {
            $0.lambda = 0
            $0.control = Edit.ControlDraw(control: control, seed: 1)
          }
        }
      for edit in edits {
        let edited = try Fixture.tensors(edit, of: pair)
        for info in edited.tensors {
          let found = try edited.vector(info.name).map(\.bitPattern)
          #expect(try found == source.vector(info.name).map(\.bitPattern), "\(edit.component)")
        }
      }
    }
  }

  @Test("removing all is the base, keeping all is tuned, and with rest so is everything else")
  func all() throws {
    let pair = try Fixture.pair()
    let projections = Set(pair.base.weights.projections.map(\.name))
    for component in [Component.all, .rest] {
      let removed = try Fixture.tensors(Fixture.edit(.remove, component), of: pair)
      let kept = try Fixture.tensors(Fixture.edit(.keep, component), of: pair)
      for info in removed.tensors {
        let touched = projections.contains(info.name) == (component == .all)
        let (base, tuned) = (
          try pair.base.source.matrix(info.name), try pair.tuned.source.matrix(info.name)
        )
        let (without, with) = (try removed.matrix(info.name), try kept.matrix(info.name))
        #expect(largestDifference(without, touched ? base : tuned) <= 1.2e-7)
        #expect(largestDifference(with, touched ? tuned : base) <= 1.2e-7)
      }
    }
  }

  @Test("keep and remove of a component add up to base plus tuned", arguments: components)
  func complementary(_ component: Component) throws {
    let pair = try Fixture.pair()
    let edits = Edit.Operation.allCases.map { operation in
      Fixture.edit(operation, component) { $0.lambda = 0.7 }
    }
    let (remove, keep) = (
      try Fixture.tensors(edits[0], of: pair), try Fixture.tensors(edits[1], of: pair)
    )
    for info in remove.tensors {
      let sum = try remove.matrix(info.name) + keep.matrix(info.name)
      let expected = try pair.base.source.matrix(info.name) + pair.tuned.source.matrix(info.name)
      #expect(largestDifference(sum, expected) <= 5e-7, "\(info.name)")
    }
  }

  @Test("the record holds shares and norms of what happened")
  func records() throws {
    let pair = try Fixture.pair()
    let names = pair.base.weights.projections.map(\.name)
    var total = [Double](repeating: 0, count: names.count)
    for component in [Component.principal, .po, .op, .oo] {
      let records = try Fixture.tensors(Fixture.edit(.keep, component), of: pair).report()
      #expect(records.map(\.name) == names)
      for (index, record) in records.enumerated() { total[index] += record.energyShare }
    }
    #expect(total.allSatisfy { abs($0 - 1) < 1e-5 })
    let edits = [
      Fixture.edit(.remove, .principal) { $0.lambda = 1.5 },
      Fixture.edit(.keep, .oo) { $0.rescale = true },
      Fixture.edit(.remove, .po) { $0.rescale = true },
      Fixture.edit(.remove, .oo) { $0.control = .init(control: .shrinkKept, seed: 0) },
    ]
    for edit in edits {
      let edited = try Fixture.tensors(edit, of: pair)
      for record in try edited.report(threads: 2) {
        let result = try edited.matrix(record.name)
        let (base, tuned) = (
          try pair.base.source.matrix(record.name), try pair.tuned.source.matrix(record.name)
        )
        #expect(abs(record.keptNorm - (result - base).frobeniusNorm) < 1e-5)
        #expect(abs(record.removedNorm - (result - tuned).frobeniusNorm) < 1e-5)
        #expect(abs(record.deltaNorm - (tuned - base).frobeniusNorm) < 1e-5)
        if edit.rescale { #expect(abs(record.keptNorm - record.deltaNorm) < 1e-5) }
      }
    }
  }

  @Test("the first edited layer and the types of tensors are told")
  func descriptions() throws {
    let pair = try Fixture.pair()
    let query = "model.layers.1.self_attn.q_proj.weight"
    let second = try Fixture.tensors(
      Fixture.edit(.remove, .oo) { $0.selection.layers = LayerSet([1]) }, of: pair)
    #expect(second.firstEditedLayer == 1)
    #expect(second.info(query)?.dtype == .f32)
    #expect(second.info("model.layers.0.self_attn.q_proj.weight")?.dtype == .bf16)
    #expect(try Fixture.tensors(Fixture.edit(.keep, .rest), of: pair).firstEditedLayer == nil)
    let rounded = try Fixture.tensors(
      Fixture.edit(.remove, .oo) { $0.rounding = .bf16 }, of: pair)
    #expect(rounded.tensors.allSatisfy { $0.dtype == .bf16 })
  }

  @Test("threads, order and release change no bit")
  func repeatable() throws {
    let edit = Fixture.edit(.keep, .offPrincipal) {
      $0.control = Edit.ControlDraw(control: .randomEnergy, seed: 9)
    }
    let pair = try Fixture.pair()
    let (one, other) = (try Fixture.tensors(edit, of: pair), try Fixture.tensors(edit, of: pair))
    try one.prepare(threads: 2)
    for name in other.editedNames.reversed() {
      let first = try other.matrix(name)
      other.release(name)
      #expect(try other.matrix(name) == first)
      #expect(try one.matrix(name) == first)
      let rows = try [Float](unsafeUninitializedCapacity: first.columns) { buffer, count in
        try one.read(
          name, rows: 2..<3, into: UnsafeMutableBufferPointer(rebasing: buffer[..<first.columns]))
        count = first.columns
      }
      #expect(rows == Array(first.row(2)))
    }
    #expect(try one.report() == other.report(threads: 3))
  }

  @Test("an update of zero stays zero under every edit and control")
  func zeroUpdate() throws {
    let pair = try Fixture.pair(tuned: "base")
    let draws = [nil] + Control.allCases.map { Edit.ControlDraw(control: $0, seed: 1) }
    for draw in draws {
      let edit = Fixture.edit(.keep, .offPrincipal) {
        $0.control = draw
        $0.rescale = true
      }
      let edited = try Fixture.tensors(edit, of: pair)
      for record in try edited.report() {
        #expect([record.energyShare, record.keptNorm, record.removedNorm] == [0, 0, 0])
        #expect(try edited.matrix(record.name) == pair.base.source.matrix(record.name))
      }
    }
  }

  @Test("a base of zeros is split, and a value that is not finite is refused by name")
  func degenerate() throws {
    let name = "model.layers.0.mlp.up_proj.weight"
    try Fixture.withTemporaryDirectory { directory in
      let zeros = try Fixture.altered("base", in: directory) { $0 == name ? 0 * Float($1) : $2 }
      let tuned = Fixture.directory.appending(path: "tuned")
      let pair = try CheckpointPair.open(base: zeros, tuned: tuned)
      for control in [nil, .randomSingular, .randomEnergy] as [Control?] {
        let edit = Fixture.edit(.remove, .principal) {
          $0.control = control.map { Edit.ControlDraw(control: $0, seed: 1) }
        }
        let edited = try Fixture.tensors(edit, of: pair)
        #expect(try edited.matrix(name).elements.allSatisfy(\.isFinite))
      }
      let broken = try Fixture.altered("tuned", in: directory) {
        $0 == name && $1 == 33 ? .nan : $2
      }
      let edited = try Fixture.tensors(
        Fixture.edit(.remove, .principal), of: .open(base: zeros, tuned: broken))
      #expect(
        throws: CheckpointError.notFinite(name: name, path: broken.path, row: 2, column: 1)
      ) {
        try edited.report(threads: 2)
      }
    }
  }
}
