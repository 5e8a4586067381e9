// swift-tools-version: 6.1
import PackageDescription

/// Settings shared by every Swift target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target of this package.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a target; they share tiny models and fixtures.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + [.target(name: name), "TestSupport"],
    swiftSettings: strict)
}

/// The modules a user of the library imports; arrows run downward only (docs/architecture.md).
let package = Package(
  name: "OffAxis",
  products: [
    .library(
      name: "OffAxis",
      targets: [
        "LinearAlgebra", "Checkpoints", "Architecture", "Tokenization", "Statistics", "Updates",
        "Edits", "Transformer", "Evaluation", "Probes", "Experiments", "Reports",
      ]),
    .executable(name: "offaxis", targets: ["offaxis"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // The C border: module maps and one small C shim.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece")]),

    // Foundations.
    module("JSON", []),
    module("LinearAlgebra", ["COpenBLAS", "CLAPACKE"]),
    module("Statistics", ["LinearAlgebra"]),

    // Files and descriptions.
    module("Architecture", ["JSON"]),
    module("Checkpoints", ["Architecture", "JSON", "LinearAlgebra"]),
    module("Tokenization", ["JSON", "CPCRE2", "CSentencePiece"]),

    // The engine.
    module("Updates", ["Architecture", "Checkpoints", "LinearAlgebra", "Statistics"]),
    module("Edits", ["Architecture", "Checkpoints", "LinearAlgebra", "Updates"]),
    module("Transformer", ["Architecture", "Checkpoints", "LinearAlgebra"]),

    // Behaviour.
    module("Evaluation", ["JSON", "LinearAlgebra", "Statistics", "Tokenization", "Transformer"]),
    module(
      "Probes",
      [
        "Architecture", "Checkpoints", "JSON", "LinearAlgebra", "Statistics", "Tokenization",
        "Transformer",
      ]),

    // Runs and their record.
    module(
      "Experiments",
      [
        "Architecture", "Checkpoints", "Edits", "Evaluation", "JSON", "LinearAlgebra", "Probes",
        "Statistics", "Tokenization", "Transformer", "Updates",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    module(
      "Reports",
      [
        "Evaluation", "Experiments", "Probes", "Statistics", "Updates",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .executableTarget(
      name: "offaxis",
      dependencies: [
        "Architecture", "Checkpoints", "Edits", "Evaluation", "Experiments", "LinearAlgebra",
        "Probes", "Reports", "Tokenization", "Transformer", "Updates",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Tests.
    .target(
      name: "TestSupport",
      dependencies: ["Architecture", "Checkpoints", "JSON", "LinearAlgebra", "Transformer"],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("LinearAlgebra", []),
    tests("Statistics", ["LinearAlgebra"]),
    tests("Architecture", ["JSON"]),
    tests("Checkpoints", ["Architecture", "JSON", "LinearAlgebra"]),
    tests("Tokenization", ["JSON"]),
    tests("Updates", ["Architecture", "Checkpoints", "LinearAlgebra", "Statistics"]),
    tests("Edits", ["Architecture", "Checkpoints", "LinearAlgebra", "Updates"]),
    tests("Transformer", ["Architecture", "Checkpoints", "JSON", "LinearAlgebra"]),
    tests(
      "Evaluation",
      ["Checkpoints", "JSON", "LinearAlgebra", "Statistics", "Tokenization", "Transformer"]),
    tests(
      "Probes",
      [
        "Architecture", "Checkpoints", "JSON", "LinearAlgebra", "Statistics", "Tokenization",
        "Transformer",
      ]),
    tests(
      "Experiments",
      [
        "Architecture", "Checkpoints", "Edits", "Evaluation", "JSON", "LinearAlgebra", "Statistics",
        "Tokenization", "Transformer", "Updates",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Checkpoints", "JSON", "LinearAlgebra", "TestSupport", "offaxis"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
