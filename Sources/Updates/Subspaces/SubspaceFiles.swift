import Checkpoints
import Foundation
import LinearAlgebra

/// Subspaces kept on disk between runs, one safetensors file each: `u`, `v`, `singular_values`.
///
/// A file belongs to a content, a tensor and a rank rule; one that is damaged or of another shape
/// is computed anew and replaced.
public struct SubspaceFiles: Sendable {
  /// Where the files lie.
  public let directory: URL
  /// A hash of the base checkpoint's bytes: equal contents share files.
  public let content: String

  /// Keeps the subspaces of one base checkpoint in a directory, which is made when first needed.
  public init(directory: URL, content: String) {
    (self.directory, self.content) = (directory, content)
  }

  func load(_ name: String, _ rule: RankRule, rows: Int, columns: Int) -> BaseSubspace? {
    guard let file = try? SafetensorsFile(url(name, rule)),
      let u = try? file.matrix("u"), let v = try? file.matrix("v"),
      let values = try? file.vector("singular_values"), u.rows == rows, v.rows == columns,
      u.columns == values.count, v.columns == values.count
    else { return nil }
    return BaseSubspace(u: u, v: v, singularValues: values.map(Double.init))
  }

  func save(_ subspace: BaseSubspace, _ name: String, _ rule: RankRule) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let tensors = InMemoryTensors([
      ("u", [subspace.u.rows, subspace.rank], subspace.u.elements),
      ("v", [subspace.v.rows, subspace.rank], subspace.v.elements),
      ("singular_values", [subspace.rank], subspace.singularValues.map { Float($0) }),
    ])
    try SafetensorsWriter.write(tensors, to: url(name, rule))
  }

  private func url(_ name: String, _ rule: RankRule) -> URL {
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "._-"))
    let file = "\(content) \(name) \(rule)".addingPercentEncoding(withAllowedCharacters: allowed)
    return directory.appendingPathComponent("\(file ?? name).safetensors")
  }
}
