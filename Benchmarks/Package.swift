// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "OffAxis", path: "..")],
  targets: [
    .executableTarget(
      name: "bench", dependencies: [.product(name: "OffAxis", package: "OffAxis")])
  ],
  swiftLanguageModes: [.v6]
)
