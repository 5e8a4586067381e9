import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Splits against numpy")
struct SplitParityTests {
  static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/edits/splits.safetensors").standardizedFileURL

  @Test("every component and block energy", arguments: ["square", "wide", "tall"])
  func parity(_ shape: String) throws {
    let fixture = try SafetensorsFile(Self.file)
    let split = try UpdateSplit(
      name: shape, base: fixture.matrix("\(shape)/base"), delta: fixture.matrix("\(shape)/delta"),
      options: SplitOptions(rank: .fraction(0.25), maskRank: .count(3), maskAlpha: 0.4),
      subspaces: SubspaceProvider())
    let norm = split.delta.frobeniusNorm
    for name in Component.names where name != "pp" && name != "rest" {
      let text = name.replacing("R", with: "2").replacing("I", with: "2")
      let found = try split.component(Component(parsing: text))
      let expected: Matrix<Float> = try fixture.matrix("\(shape)/\(text)")
      #expect((found - expected).frobeniusNorm < 1e-6 * norm, "\(text)")
    }
    let energies = try split.blocks().energies
    let expected = try fixture.doubleMatrix("\(shape)/energies").elements
    for (found, expected) in zip([energies.pp, energies.po, energies.op, energies.oo], expected) {
      #expect(abs(found - expected) < 1e-6 * norm * norm)
    }
  }

  @Test("subspaces kept on disk are the computed ones, and damaged files are replaced")
  func disk() throws {
    let fixture = try SafetensorsFile(Self.file)
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("subspaces-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    func ask(content: String) throws -> BaseSubspace {
      let files = SubspaceFiles(directory: directory, content: content)
      return try SubspaceProvider(files: files).subspace(of: "wide/base", rank: .standard) {
        try fixture.matrix("wide/base")
      }
    }
    let computed = try ask(content: "a")
    #expect(try ask(content: "a") == computed)
    _ = try ask(content: "b")
    let files = try FileManager.default.contentsOfDirectory(
      at: directory, includingPropertiesForKeys: nil)
    #expect(files.count == 2)
    for file in files { try Data("damaged".utf8).write(to: file) }
    #expect(try ask(content: "a") == computed)
    #expect(try ask(content: "a") == computed)
  }
}
