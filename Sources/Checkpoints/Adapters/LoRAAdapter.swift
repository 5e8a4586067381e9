import Architecture
import Foundation
import LinearAlgebra

/// A PEFT LoRA adapter: ΔW = s·B·A for some projections, whole replacements for some tensors.
public struct LoRAAdapter: Sendable {
  /// The factors of one projection.
  public struct Factors: Sendable {
    /// A, [r, in].
    public let a: Matrix<Float>
    /// B, [out, r].
    public let b: Matrix<Float>
    /// s = α / r, or α / √r with rank stabilisation.
    public let scale: Double

    /// r.
    public var rank: Int { a.rows }

    /// s·B·A in `Double`, [out, in].
    public func delta() -> Matrix<Double> {
      let left: Matrix<Double> = b.converted()
      return scale * left.multiplied(a.converted())
    }
  }

  /// Its configuration's file name.
  public static let configName = "adapter_config.json"
  /// Its weights' file name.
  public static let weightsName = "adapter_model.safetensors"

  /// Factors by the name of the weight they change.
  public let factors: [String: Factors]
  /// Tensors that replace those of the base (`modules_to_save`), by the base's name.
  public let replacements: [String: String]
  /// The adapter's file.
  let file: SafetensorsFile

  /// Opens an adapter of a base.
  ///
  /// - Throws: ``CheckpointError``; kinds whose ΔW is not s·B·A are refused by name.
  init(_ url: URL, base: ModelCheckpoint) throws {
    let configURL = url.appendingPathComponent(Self.configName)
    let configuration = try LoRAConfiguration(configURL)
    let weightsURL = url.appendingPathComponent(Self.weightsName)
    guard FileManager.default.fileExists(atPath: weightsURL.path) else {
      throw CheckpointError.invalidAdapter(
        path: url.path, problem: "it has no \(Self.weightsName) (adapter_model.bin is not read)")
    }
    file = try SafetensorsFile(weightsURL)
    let path = weightsURL.path
    func refuse(_ problem: String) -> CheckpointError {
      .invalidAdapter(path: path, problem: problem)
    }
    let entries = Dictionary(
      base.weights.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [String: [String: String]] = [:]
    var replacements: [String: String] = [:]
    for info in file.tensors {
      let key = try AdapterKey(info.name, refuse: refuse)
      switch key.part {
      case .factor(let letter): parts[key.module, default: [:]][letter] = info.name
      case .replacement:
        guard let entry = entries[key.module] else {
          throw refuse("tensor \"\(info.name)\" replaces nothing in the base")
        }
        let isNamed = configuration.savedModules.contains { name in
          let module = String(key.module.split(separator: ".").dropLast().joined(separator: "."))
          return module == name || module.hasSuffix(".\(name)")
        }
        guard isNamed else {
          throw refuse("tensor \"\(info.name)\" is not named in \"modules_to_save\"")
        }
        guard entry.shape == info.shape else {
          throw CheckpointError.wrongShape(
            name: info.name, path: path, expected: entry.shape, found: info.shape)
        }
        replacements[key.module] = info.name
      }
    }
    var factors: [String: Factors] = [:]
    for (module, names) in parts {
      let weight = "\(module).weight"
      guard let entry = entries[weight], entry.isProjection else {
        throw refuse("\"\(module)\" is no linear projection of the base")
      }
      guard try configuration.targets(module) else {
        throw refuse("\"\(module)\" has factors but is not in \"target_modules\"")
      }
      guard let a = names["A"], let b = names["B"] else {
        throw refuse("\"\(module)\" has only one of lora_A and lora_B")
      }
      factors[weight] = try Self.factors(
        a: file.matrix(a), b: file.matrix(b), of: module, entry, configuration, refuse)
    }
    guard !factors.isEmpty || !replacements.isEmpty else { throw refuse("it changes nothing") }
    self.factors = factors
    self.replacements = replacements
  }

  private static func factors(
    a: Matrix<Float>, b: Matrix<Float>, of module: String, _ entry: WeightEntry,
    _ configuration: LoRAConfiguration, _ refuse: (String) -> CheckpointError
  ) throws -> Factors {
    let (rank, scale) = try configuration.scale(of: module)
    guard a.rows == rank, b.columns == rank else {
      throw refuse(
        "\"\(module)\": the configuration says rank \(rank), lora_A has \(a.rows) rows and "
          + "lora_B \(b.columns) columns")
    }
    // Conv1D keeps [in, out]: its ΔW is transposed, (B·A)ᵀ = Aᵀ·Bᵀ.
    let (left, right) =
      configuration.isTransposed ? (a.transposed, b.transposed) : (b, a)
    guard left.rows == entry.shape[0], right.columns == entry.shape[1] else {
      throw refuse(
        "\"\(module)\": B·A is [\(left.rows), \(right.columns)], the base is \(entry.shape)")
    }
    return Factors(a: right, b: left, scale: scale)
  }
}

/// A tensor name of an adapter file, taken apart.
private struct AdapterKey {
  enum Part {
    case factor(String)
    case replacement
  }

  /// The module of factors; the whole weight name of a replacement.
  let module: String
  let part: Part

  init(_ name: String, refuse: (String) -> CheckpointError) throws {
    let prefix = "base_model.model."
    guard name.hasPrefix(prefix) else {
      throw refuse("tensor \"\(name)\" does not begin with \"\(prefix)\"")
    }
    let rest = String(name.dropFirst(prefix.count))
    for letter in ["A", "B"] {
      // Old files carry the adapter's name: .lora_A.default.weight.
      for ending in [".lora_\(letter).weight", ".lora_\(letter).default.weight"]
      where rest.hasSuffix(ending) {
        module = String(rest.dropLast(ending.count))
        part = .factor(letter)
        return
      }
    }
    guard !rest.contains(".lora_") else {
      throw refuse("tensor \"\(name)\" belongs to a kind of adapter that is not supported")
    }
    module = rest.replacing(".modules_to_save.default.", with: ".")
      .replacing(".modules_to_save.", with: ".")
    part = .replacement
  }
}
