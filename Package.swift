// swift-tools-version: 6.1
import PackageDescription

/// Settings shared by every Swift target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The modules a user of the library imports; arrows run downward only (see docs/architecture.md).
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
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The C border: module maps and one small C shim.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .target(
      name: "CSentencePiece",
      linkerSettings: [.linkedLibrary("sentencepiece")]),

    // Foundations.
    .target(name: "JSON", swiftSettings: strict),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE"], swiftSettings: strict),
    .target(name: "Statistics", dependencies: ["LinearAlgebra"], swiftSettings: strict),

    // Files and descriptions.
    .target(name: "Architecture", dependencies: ["JSON"], swiftSettings: strict),
    .target(
      name: "Checkpoints", dependencies: ["Architecture", "JSON", "LinearAlgebra"],
      swiftSettings: strict),
    .target(
      name: "Tokenization", dependencies: ["JSON", "CPCRE2", "CSentencePiece"],
      swiftSettings: strict),

    // The engine.
    .target(
      name: "Updates", dependencies: ["Architecture", "Checkpoints", "LinearAlgebra", "Statistics"],
      swiftSettings: strict),
    .target(
      name: "Edits", dependencies: ["Architecture", "Checkpoints", "LinearAlgebra", "Updates"],
      swiftSettings: strict),
    .target(
      name: "Transformer", dependencies: ["Architecture", "Checkpoints", "LinearAlgebra"],
      swiftSettings: strict),

    // Behaviour.
    .target(
      name: "Evaluation",
      dependencies: ["JSON", "LinearAlgebra", "Statistics", "Tokenization", "Transformer"],
      swiftSettings: strict),
    .target(
      name: "Probes",
      dependencies: [
        "Architecture", "JSON", "LinearAlgebra", "Statistics", "Tokenization", "Transformer",
      ],
      swiftSettings: strict),

    // Runs and their record.
    .target(
      name: "Experiments",
      dependencies: [
        "Architecture", "Checkpoints", "Edits", "Evaluation", "JSON", "LinearAlgebra", "Probes",
        "Statistics", "Tokenization", "Transformer", "Updates",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "Reports",
      dependencies: [
        "Experiments", "Statistics",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "offaxis",
      dependencies: [
        "Experiments", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
