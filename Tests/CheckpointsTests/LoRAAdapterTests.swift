import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite("LoRA adapter")
struct LoRAAdapterTests {
  private let base: ModelCheckpoint
  private let directory: TemporaryDirectory

  init() throws {
    base = try ModelCheckpoint.open(Fixture.url("checkpoints/base"))
    directory = try TemporaryDirectory()
  }

  /// Copies an adapter of PEFT and replaces keys of its configuration, values as JSON.
  private func altered(_ changes: [String: Any], of name: String = "plain") throws -> URL {
    let url = directory.appending(UUID().uuidString)
    try FileManager.default.copyItem(at: Fixture.url("checkpoints/adapters/\(name)"), to: url)
    let file = url.appending(path: LoRAAdapter.configName)
    let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    var config = try #require(parsed as? [String: Any])
    config.merge(changes) { $1 }
    try JSONSerialization.data(withJSONObject: config).write(to: file)
    return url
  }

  @Test(
    "gives the weights that PEFT merges",
    arguments: [
      "plain", "rank-stabilised", "patterns", "saved-modules", "fan-in-fan-out", "selected",
      "regex", "unembedding",
    ])
  func merged(name: String) throws {
    let url = Fixture.url("checkpoints/adapters/\(name)")
    let tuned = try ModelCheckpoint.open(url, base: base)
    let merged = try SafetensorsFile(url.appending(path: "merged.safetensors"))
    let pair = try CheckpointPair(base: base, tuned: tuned)
    #expect(tuned.isAdapter)
    #expect(try pair.differingTensors().sorted() == merged.tensors.map(\.name))
    for info in base.source.tensors {
      let found = try tuned.source.matrix(info.name)
      let isChanged = merged.info(info.name) != nil
      let expected = try (isChanged ? merged : base.source).matrix(info.name)
      // PEFT multiplies and adds in binary32.
      let tolerance: Float = isChanged ? 1e-6 : 0
      for (mine, theirs) in zip(found.elements, expected.elements) {
        #expect(abs(mine - theirs) <= tolerance * max(1, abs(theirs)), "\(info.name)")
      }
      let delta = try pair.deltaDouble(info.name)
      let start = try base.source.doubleMatrix(info.name)
      #expect(
        zip((start + delta).elements, found.elements).allSatisfy { Float($0) == $1 },
        "\(info.name)")
    }
  }

  @Test("ΔW is s·B·A itself, and reading rows gives the same bits as reading all")
  func rows() throws {
    let tuned = try ModelCheckpoint.open(Fixture.url("checkpoints/adapters/plain"), base: base)
    guard case .adapter(let adapter) = tuned.kind else { return #expect(Bool(false)) }
    let name = "model.layers.1.mlp.gate_proj.weight"
    let update = try #require(adapter.updates[name])
    #expect(update.rank == 3 && update.scale == 2)
    let (a, b, delta) = (try update.a(), try update.b(), try update.delta())
    for row in 0..<delta.rows {
      for column in 0..<delta.columns {
        let plain = (0..<3).reduce(0.0) { $0 + Double(b[row, $1]) * Double(a[$1, column]) }
        #expect(abs(delta[row, column] - 2 * plain) < 1e-15)
      }
    }
    let whole = try tuned.source.matrix(name)
    for first in 0..<whole.rows {
      var row = [Float](repeating: 0, count: whole.columns)
      try row.withUnsafeMutableBufferPointer {
        try tuned.source.read(name, rows: first..<first + 1, into: $0)
      }
      #expect(row[...] == whole.row(first))
    }
  }

  @Test("kinds whose ΔW is not s·B·A are refused by name")
  func kinds() throws {
    let cases: [(String, Any, String)] = [
      ("peft_type", "LOHA", "LOHA"), ("use_dora", true, "use_dora"),
      ("init_lora_weights", "pissa", "pissa"),
      ("init_lora_weights", "pissa_niter_4", "pissa_niter_4"),
      ("init_lora_weights", "olora", "olora"), ("init_lora_weights", "loftq", "loftq"),
      ("init_lora_weights", "corda", "corda"), ("bias", "all", "bias"),
      ("lora_bias", true, "lora_bias"), ("layer_replication", [[0, 1]], "layer_replication"),
      ("trainable_token_indices", [1], "trainable_token_indices"),
      ("target_parameters", ["x"], "target_parameters"), ("use_qalora", true, "use_qalora"),
    ]
    for (key, value, word) in cases {
      let url = try altered([key: value])
      let error = #expect(throws: CheckpointError.self) {
        try ModelCheckpoint.open(url, base: base)
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains(word), "\(key)")
    }
    for value in ["gaussian", "orthogonal"] {
      _ = try ModelCheckpoint.open(altered(["init_lora_weights": value]), base: base)
    }
  }

  @Test("a configuration that contradicts the tensors is refused")
  func contradictions() throws {
    let cases: [[String: Any]] = [
      ["r": 4], ["r": 0], ["r": "x"], ["lora_alpha": "x"], ["rank_pattern": ["q_proj": 2]],
      ["rank_pattern": ["q_proj": 2.5]], ["rank_pattern": ["(": 3]], ["target_modules": ["q_proj"]],
      ["target_modules": 3], ["exclude_modules": ["q_proj"]], ["layers_to_transform": [0]],
      ["modules_to_save": ["norm"]],
    ]
    for changes in cases {
      let url = try altered(changes)
      #expect(throws: CheckpointError.self, "\(changes)") {
        try ModelCheckpoint.open(url, base: base)
      }
    }
    // Targets without factors; factors beyond the targets.
    for (name, targets) in [("selected", ["q_proj", "v_proj"]), ("rank-stabilised", ["q_proj"])] {
      let url = try altered(
        ["target_modules": targets, "exclude_modules": NSNull()], of: name)
      #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(url, base: base) }
    }
  }

  @Test("unknown tensors, half factors and wrong shapes are refused")
  func tensors() throws {
    let name = "base_model.model.model.layers.0.self_attn.q_proj"
    func write(_ change: (inout [String: [Int]]) -> Void) throws -> URL {
      let url = try altered([:])
      let weights = url.appending(path: LoRAAdapter.weightsName)
      var shapes: [String: [Int]] = [:]
      for info in try SafetensorsFile(weights).tensors { shapes[info.name] = info.shape }
      change(&shapes)
      let tensors = shapes.map { name, shape in
        (name: name, shape: shape, elements: [Float](repeating: 0, count: shape.reduce(1, *)))
      }
      try SafetensorsWriter.write(InMemoryTensors(tensors), to: weights)
      return url
    }
    _ = try ModelCheckpoint.open(write { _ in }, base: base)
    let changes: [(inout [String: [Int]]) -> Void] = [
      { $0["\(name).lora_magnitude_vector"] = [16] }, { $0["\(name).lora_B.weight"] = nil },
      { $0["\(name).lora_A.weight"] = [3, 17] }, { $0["\(name).lora_A.weight"] = [2, 16] },
      { $0["\(name).lora_A.weight"] = [48] }, { $0["model.norm.weight"] = [16] },
      { $0["base_model.model.model.norm.weight"] = [16] }, { $0 = [:] },
    ]
    for change in changes {
      let url = try write(change)
      #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(url, base: base) }
    }
    // Old files carry the adapter's name.
    let old = try write { shapes in
      shapes = Dictionary(
        uniqueKeysWithValues: shapes.map { key, shape in
          (key.replacing(".weight", with: ".default.weight"), shape)
        })
    }
    #expect(try ModelCheckpoint.open(old, base: base).isAdapter)
  }

  @Test("an adapter needs its base, and files")
  func incomplete() throws {
    let url = try altered([:])
    #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(url) }
    try FileManager.default.removeItem(at: url.appending(path: LoRAAdapter.weightsName))
    #expect(throws: CheckpointError.self) { try ModelCheckpoint.open(url, base: base) }
  }
}
