import Foundation

// Measures the engine, one line of JSON a run; peers stand in peers/, run.sh races them in one run.

let usage = """
  usage: bench open|forward|score|split|layer7b MODEL_DIR [--threads N] [--size N]
         bench measures MODEL_DIR --tuned DIR
         bench sweep MODEL_DIR --tuned DIR --prompts DIR [--shots N] --out FILE
         bench probes ACTIVATIONS_FILE
  """

func refuse(_ message: String) -> Never {
  print(message)
  exit(64)
}

/// What follows an option; nil if the option is not there.
func argument(_ name: String) -> String? {
  guard let place = CommandLine.arguments.firstIndex(of: name) else { return nil }
  guard place + 1 < CommandLine.arguments.count else { refuse("\(name) takes a value") }
  return CommandLine.arguments[place + 1]
}

/// The whole number after an option, or a fallback.
func number(_ name: String, _ fallback: Int) -> Int {
  guard let text = argument(name) else { return fallback }
  guard let value = Int(text), value > 0 else { refuse("\(name) takes a number of at least 1") }
  return value
}

/// The path after an option that must be there.
func path(_ name: String) -> URL {
  guard let path = argument(name) else { refuse("\(name) is missing\n\(usage)") }
  return URL(fileURLWithPath: path)
}

func report(_ name: String, _ cost: Clock.Cost, _ more: [String: Double] = [:]) throws {
  var figures = more
  figures["wall_s"] = cost.wall
  figures["cpu_s"] = cost.processor
  figures["peak_mib"] = Double(Clock.peakMiB)
  let data = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
  print(name, String(decoding: data, as: UTF8.self))
}

guard CommandLine.arguments.count > 2 else { refuse(usage) }
let (name, place) = (
  CommandLine.arguments[1], URL(fileURLWithPath: CommandLine.arguments[2])
)
let threads = number("--threads", 2)
let benchmark = Benchmark(directory: place, threads: threads)
switch name {
case "open": try benchmark.open()
case "forward": try benchmark.forward(repeats: number("--size", 3))
case "score": try benchmark.score(questions: number("--size", 200))
case "split": try benchmark.split(layers: number("--size", 1000))
case "measures":
  try benchmark.measures(tuned: path("--tuned"), matrices: number("--size", 10_000))
case "layer7b": try benchmark.layer7b(draws: number("--size", 20))
case "sweep":
  let sweep = try Sweep(
    base: place, tuned: path("--tuned"), prompts: path("--prompts"),
    count: number("--size", 100), shots: number("--shots", 0), threads: threads)
  try sweep.run(out: path("--out"))
case "probes": try probes(place, layers: number("--size", 30), threads: threads)
default: refuse("unknown benchmark \(name)\n\(usage)")
}
