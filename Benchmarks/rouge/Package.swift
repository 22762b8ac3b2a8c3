// swift-tools-version: 6.2
// Flipgate's side of the ROUGE benchmark: the targets Metrics and Documents of the package above, and a few lines that time them.
import PackageDescription

let package = Package(
  name: "rouge-benchmark",
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(
      name: "Documents",
      dependencies: [.product(name: "OrderedCollections", package: "swift-collections"), .product(name: "Yams", package: "Yams")]),
    .target(name: "Metrics", dependencies: ["Documents"]),
    .executableTarget(name: "rouge-side", dependencies: ["Metrics", "Documents"], path: "Sources/RougeSide"),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets {
  target.swiftSettings = [
    .strictMemorySafety(), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
}
