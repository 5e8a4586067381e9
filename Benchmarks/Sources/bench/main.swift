import Architecture
import Checkpoints
import Foundation
import LinearAlgebra
import Transformer
import Updates

// Measures the engine: `bench NAME MODEL_DIR [--threads N] [--size N]`; one line of JSON.
// Peers stand in peers/; run.sh races them in one run.

/// The whole number after an option; the fallback if the option is not there.
func argument(_ name: String, _ fallback: Int) -> Int {
  guard let place = CommandLine.arguments.firstIndex(of: name) else { return fallback }
  guard place + 1 < CommandLine.arguments.count,
    let value = Int(CommandLine.arguments[place + 1]), value > 0
  else {
    print("\(name) takes a number of at least 1")
    exit(64)
  }
  return value
}

func report(_ name: String, _ cost: Clock.Cost, _ more: [String: Double] = [:]) throws {
  var figures = more
  figures["wall_s"] = cost.wall
  figures["cpu_s"] = cost.processor
  figures["peak_mib"] = Double(Clock.peakMiB)
  let data = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(name, String(decoding: data, as: UTF8.self))
}

guard CommandLine.arguments.count > 2 else {
  print("usage: bench open|forward|score|split|measures|layer7b|sweep MODEL_DIR [--threads N]")
  exit(64)
}
let (name, path) = (CommandLine.arguments[1], CommandLine.arguments[2])
let benchmark = Benchmark(
  directory: URL(fileURLWithPath: path), threads: argument("--threads", 2))
switch name {
case "open": try benchmark.open()
case "forward": try benchmark.forward(repeats: argument("--size", 3))
case "score": try benchmark.score(questions: argument("--size", 200))
case "split": try benchmark.split(layers: argument("--size", 1000))
case "measures": try benchmark.measures(matrices: argument("--size", 10_000))
case "layer7b": try benchmark.layer7b(draws: argument("--size", 20))
case "sweep": try benchmark.sweep(prompts: argument("--size", 100))
default:
  print("unknown benchmark \(name)")
  exit(64)
}
