import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Exported checkpoints")
struct CheckpointExporterTests {
  typealias Fixture = EditFixture

  @Test("the directory loads as a model and holds what bf16 edits hold, bit for bit")
  func loads() throws {
    let expected = try SafetensorsFile(Fixture.directory.appending(path: "edited.safetensors"))
    let pair = try Fixture.pair()
    try Fixture.withTemporaryDirectory { directory in
      let output = directory.appending(path: "edited")
      let edited = try Fixture.tensors(Fixture.edit(.remove, .principal), of: pair)
      let summary = try CheckpointExporter.write(edited, like: pair.tuned, to: output, threads: 2)
      let model = try ModelCheckpoint.open(output)
      #expect(model.storedDType == .bf16)
      for info in model.source.tensors {
        #expect(
          try model.source.matrix(info.name) == expected.matrix("rounded/\(info.name)"))
      }
      var lost = 0.0
      for name in edited.editedNames {
        let stored = try model.source.matrix(name)
        lost += (try edited.matrix(name) - stored).squaredFrobeniusNorm
      }
      #expect(abs(summary.roundingNorm - lost.squareRoot()) < 1e-9)
      #expect(summary.roundingNorm > 0 && summary.editNorm > summary.roundingNorm)
      #expect(summary.matrices == (try edited.report()))
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["edited"])
    }
  }

  @Test("inputs, occupied and unwritable places are refused and nothing is left behind")
  func refused() throws {
    let pair = try Fixture.pair()
    let edited = try Fixture.tensors(Fixture.edit(.remove, .principal), of: pair)
    func write(to url: URL) throws {
      _ = try CheckpointExporter.write(edited, like: pair.tuned, to: url)
    }
    try Fixture.withTemporaryDirectory { directory in
      let link = directory.appending(path: "link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: pair.tuned.url)
      #expect(throws: EditError.outputIsInput(link.path)) { try write(to: link) }
      #expect(throws: EditError.outputExists(directory.path)) { try write(to: directory) }
      let file = directory.appending(path: "link/config.json/inside")
      #expect(throws: EditError.self) { try write(to: file) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["link"])
    }
  }

  @Test("a value that cannot be edited leaves no directory")
  func broken() throws {
    let name = "model.layers.1.mlp.down_proj.weight"
    try Fixture.withTemporaryDirectory { directory in
      let tuned = try Fixture.altered("tuned", in: directory) {
        $0 == name && $1 == 0 ? .infinity : $2
      }
      let pair = try CheckpointPair.open(
        base: Fixture.directory.appending(path: "base"), tuned: tuned)
      let edited = try Fixture.tensors(Fixture.edit(.remove, .principal), of: pair)
      #expect(
        throws: CheckpointError.notFinite(name: name, path: tuned.path, row: 0, column: 0)
      ) {
        try CheckpointExporter.write(
          edited, like: pair.tuned, to: directory.appending(path: "edited"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["tuned"])
    }
  }
}
