import Foundation
import TestSupport
import Testing

@Suite("Messages and exit codes")
struct MessageTests {
  @Test(
    "Usage errors end with 64 and name the word",
    arguments: [
      (
        [
          "ablate", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--components", "pincipal",
        ], "pincipal"
      ),
      (
        [
          "ablate", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--limit", "-1",
        ], "limit"
      ),
      (
        [
          "ablate", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--layers", "3-",
        ], "3-"
      ),
      (
        [
          "ablate", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--rank", "10%%",
        ], "10%%"
      ),
      (["ablate", "models/base", "models/sft/step-150"], "--prompts"),
      (["ablate", "models/base"], "tuned"),
      (
        [
          "edit", "models/base", "models/sft/step-150", "--remove", "pp", "--keep", "oo", "--out",
          "x",
        ], "exactly one"
      ),
      (
        [
          "edit", "models/base", "models/sft/step-150", "--keep", "pp", "--rescale", "--lambda",
          "0",
          "--out", "x",
        ], "rescale"
      ),
      (["attribute", "models/base", "models/sft/step-150"], "--prompts"),
      (
        [
          "attribute", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--components", "principal,rest",
        ], "always attributed"
      ),
      (
        [
          "attribute", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--checks", "0",
        ], "--checks"
      ),
      (["forward", "models/base", "--out", "x"], "--tokens"),
      (["compare", "models/base", "--run", "sft"], "NAME=DIR"),
      (["decompose", "models/base", "models/sft/step-150", "--nulls", "nrom"], "nrom"),
    ])
  func usage(_ arguments: [String], _ word: String) throws {
    let (process, _, errors) = try Command.start(arguments)
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
    #expect(text.contains(word))
  }

  @Test(
    "Bad input ends with 1 and one message",
    arguments: [
      (["inspect", "models/nowhere"], "models/nowhere"),
      (["inspect", "models/lora-rlvr/step-75"], "base"),
      (
        [
          "ablate", "models/base", "models/sft/step-150", "--prompts", "prompts/family",
          "--layers", "9",
        ], "layers 0-3"
      ),
      (
        ["ablate", "models/base", "models/sft/step-150", "--prompts", "nowhere.jsonl"],
        "nowhere.jsonl"
      ),
      (["score", "models/base", "--prompts", "README.md"], "README.md:1"),
      (
        ["forward", "models/base", "--tokens", "1 99999", "--out", "/tmp/never.safetensors"],
        "99999"
      ),
      (
        [
          "forward", "models/base", "--tokens", "1", "--site", "blocks.9.hook_resid_post", "--out",
          "/tmp/never.safetensors",
        ], "layer 9"
      ),
      (
        ["edit", "models/base", "models/sft/step-150", "--remove", "pp", "--out", "models/base"],
        "models/base"
      ),
      (["report", "models"], "results.sqlite"),
    ])
  func input(_ arguments: [String], _ word: String) throws {
    let (process, _, errors) = try Command.start(arguments)
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(text.contains(word), "\(text)")
    #expect(!text.contains("Fatal"))
  }

  @Test("A plan file says everything, and unknown keys are refused")
  func plans() throws {
    let directory = try TemporaryDirectory()
    let plan = directory.appending("plan.json")
    let printed = try Command.run(
      "decompose", "models/base", "models/sft/step-150", "--print-plan")
    #expect(printed.status == 0)
    try printed.output.write(to: plan, atomically: true, encoding: .utf8)
    let again = try Command.run("decompose", "--plan", plan.path, "--print-plan")
    #expect(again.output == printed.output)
    let both = try Command.run("decompose", "--plan", plan.path, "--rank", "5")
    #expect(both.status == 64)
    #expect(both.errors.contains("--rank"))
    let changed = printed.output.replacing("\"null_seeds\"", with: "\"null_sedes\"")
    try changed.write(to: plan, atomically: true, encoding: .utf8)
    let unknown = try Command.run("decompose", "--plan", plan.path)
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("null_se"))
  }

  @Test("Every command has help with an example")
  func help() throws {
    for command in [
      "demo", "inspect", "forward", "tokenize", "generate", "score", "decompose", "edit", "ablate",
      "attribute", "probe", "track", "compare", "report",
    ] {
      let result = try Command.run(command, "--help")
      #expect(result.status == 0)
      #expect(result.output.contains("offaxis \(command)"))
      #expect(result.output.contains("Example:"), "\(command)")
    }
  }
}
