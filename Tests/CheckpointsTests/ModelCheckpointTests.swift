import Architecture
import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite("Model checkpoint")
struct ModelCheckpointTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Writes a tiny model and replaces its tensors.
  private func write(
    _ decoder: TinyDecoder = TinyDecoder(),
    _ change: (inout [String: (shape: [Int], elements: [Float])]) -> Void
  ) throws -> URL {
    let url = try decoder.write(seed: 1, to: directory.appending(UUID().uuidString))
    let weights = url.appending(path: "model.safetensors")
    let file = try SafetensorsFile(weights)
    var tensors: [String: (shape: [Int], elements: [Float])] = [:]
    for info in file.tensors { tensors[info.name] = (info.shape, try file.vector(info.name)) }
    change(&tensors)
    let list = tensors.map { (name: $0.key, shape: $0.value.shape, elements: $0.value.elements) }
    try SafetensorsWriter.write(InMemoryTensors(list), to: weights)
    return url
  }

  @Test("every family opens, and its tensors are bound", arguments: ModelCatalog.families)
  func families(family: String) throws {
    for tied in [false, true] {
      let url = try TinyDecoder(family) {
        $0.tied = tied
        $0.dtype = .bf16
      }.write(seed: 3, to: directory.appending("\(family)-\(tied)"))
      let model = try ModelCheckpoint.open(url)
      #expect(model.storedDType == .bf16)
      #expect(!model.isAdapter)
      #expect(model.weights.entries.count == model.source.tensors.count)
      #expect((model.weights.entry(.unembedding) == nil) == tied)
      #expect(model.files.map(\.lastPathComponent) == ["config.json", "model.safetensors"])
      let summary = model.summary
      #expect(summary.bytes == 2 * summary.parameters)
      #expect(summary.dtypes == ["BF16": summary.bound])
      #expect(summary.modules["q_proj"] ?? 0 >= 2 * 32 * 32)
    }
  }

  @Test("shards hold what one file holds")
  func shards() throws {
    let one = try ModelCheckpoint.open(Fixture.url("checkpoints/base"))
    let many = try ModelCheckpoint.open(Fixture.url("checkpoints/sharded"))
    #expect(many.source.tensors == one.source.tensors)
    for info in one.source.tensors {
      #expect(try many.source.matrix(info.name) == one.source.matrix(info.name))
    }
    #expect(many.files.count == 4)
    #expect(many.warnings.isEmpty)
  }

  @Test("missing and unclaimed tensors are errors that list both")
  func binding() throws {
    let url = try write { tensors in
      tensors["model.layers.1.mlp.up_proj.weight"] = nil
      tensors["model.layers.0.self_attn.q_norm.weight"] = ([8], Array(repeating: 1, count: 8))
    }
    #expect(
      throws: CheckpointError.unboundTensors(
        path: url.path, bound: 20, missing: ["model.layers.1.mlp.up_proj.weight"],
        unclaimed: ["model.layers.0.self_attn.q_norm.weight"])
    ) { try ModelCheckpoint.open(url) }
  }

  @Test("a tensor of another shape is an error that says which was expected")
  func shape() throws {
    let url = try write { $0["model.norm.weight"] = ([31], Array(repeating: 1, count: 31)) }
    #expect(
      throws: CheckpointError.wrongShape(
        name: "model.norm.weight", path: url.path, expected: [32], found: [31])
    ) { try ModelCheckpoint.open(url) }
  }

  @Test("a stored copy of tied embeddings is ignored, one that differs is an error")
  func tiedCopy() throws {
    let tied = TinyDecoder { $0.tied = true }
    let same = try write(tied) { $0["lm_head.weight"] = $0["model.embed_tokens.weight"] }
    #expect(try ModelCheckpoint.open(same).ignoredTensors == ["lm_head.weight"])
    let other = try write(tied) {
      $0["lm_head.weight"] = $0["model.embed_tokens.weight"]
      $0["lm_head.weight"]?.elements[5] += 1
    }
    #expect(throws: CheckpointError.untiedCopy(name: "lm_head.weight", path: other.path)) {
      try ModelCheckpoint.open(other)
    }
  }

  @Test("rotary buffers of old checkpoints are ignored")
  func buffers() throws {
    let name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    let url = try write { $0[name] = ([4], [1, 2, 3, 4]) }
    #expect(try ModelCheckpoint.open(url).summary.ignored == [name])
  }

  @Test("what is no model directory is refused with the reason")
  func noModel() throws {
    #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(directory.appending("no")) }
    let empty = directory.appending("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    #expect(throws: CheckpointError.notAModel(path: empty.path, problem: "it has no config.json")) {
      try ModelCheckpoint.open(empty)
    }
    try Data("{".utf8).write(to: empty.appending(path: "config.json"))
    #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(empty) }
    try Data(TinyDecoder().configuration.utf8).write(to: empty.appending(path: "config.json"))
    #expect {
      try ModelCheckpoint.open(empty)
    } throws: { "\($0)".contains("neither model.safetensors nor") }
  }

  @Test(
    "an index that leaves its directory or lies is refused",
    arguments: [
      #"{"weight_map": {"a": "../x.safetensors"}}"#, #"{"weight_map": {"a": "/etc/passwd"}}"#,
      #"{"weight_map": {"a": ".."}}"#, #"{"weight_map": {"a": ""}}"#,
      #"{"weight_map": {"a": 3}}"#, #"{"weight_map": {}}"#, #"{"weight_map": []}"#, "{}",
      #"{"weight_map": {"a": "absent.safetensors"}}"#,
      #"{"weight_map": {"nothing": "model-00001-of-00002.safetensors"}}"#,
      #"{"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}}"#,
    ])
  func index(text: String) throws {
    let url = directory.appending("sharded")
    try FileManager.default.copyItem(at: Fixture.url("checkpoints/sharded"), to: url)
    try Data(text.utf8).write(to: url.appending(path: ShardedCheckpoint.indexName))
    #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(url) }
  }

  @Test("a total_size that does not add up is reported")
  func totalSize() throws {
    let url = directory.appending("sharded")
    try FileManager.default.copyItem(at: Fixture.url("checkpoints/sharded"), to: url)
    let index = url.appending(path: ShardedCheckpoint.indexName)
    let text = try String(contentsOf: index, encoding: .utf8)
    try text.replacing(/"total_size": \d+/, with: "\"total_size\": 5")
      .write(to: index, atomically: true, encoding: .utf8)
    #expect(try ModelCheckpoint.open(url).warnings.count == 1)
  }
}
