// swift-tools-version: 6.2
// The table of contents: a target is a stage, in the order in which data flows through the gate.
import PackageDescription

let package = Package(
  name: "flipgate",
  products: [
    .executable(name: "flipgate", targets: ["flipgate"])
  ],
  traits: [
    .trait(
      name: "OneDNN",
      description: "Packed weights and bf16 products through oneDNN (x86-64); without it OpenBLAS alone does the work."),
    .default(enabledTraits: ["OneDNN"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries: a module map and a shim header each.
    .systemLibrary(
      name: "COpenBLAS", path: "Sources/System/COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "COneDNN", path: "Sources/System/COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(
      name: "CLibXML2", path: "Sources/System/CLibXML2", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Sources/System/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CVectorKernels", path: "Sources/System/CVectorKernels"),

    // Plain files and their values.
    .target(
      name: "Documents",
      dependencies: [
        .product(name: "OrderedCollections", package: "swift-collections"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Digests",
      dependencies: ["Documents", .product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "Transfers", dependencies: ["Documents", "CCurl"]),

    // Checkpoint -> tokens -> logits.
    .target(
      name: "Tensors",
      dependencies: [
        "Documents", "COpenBLAS", "CVectorKernels",
        .target(name: "COneDNN", condition: .when(traits: ["OneDNN"])),
      ]),
    .target(
      name: "Checkpoints",
      dependencies: ["Tensors", "Documents", "Digests", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(
      name: "ModelHub",
      dependencies: ["Transfers", "Documents", "Digests", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(
      name: "Templates", dependencies: ["Documents", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(
      name: "Tokenization",
      dependencies: ["Documents", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(
      name: "LanguageModels",
      dependencies: ["Tensors", "Checkpoints", "Templates", "Tokenization", "Documents"]),

    // Tasks -> outcomes -> records; what training makes of a model in between.
    .target(name: "Metrics", dependencies: ["Documents"]),
    .target(
      name: "Tasks",
      dependencies: [
        "Templates", "Documents", "Digests", "Metrics", .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(name: "Records", dependencies: ["Tasks", "Metrics", "Documents", "Digests"]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Records", "Tasks", "Metrics", "LanguageModels", "Tokenization", "Templates", "Checkpoints", "Tensors", "Documents", "Digests",
      ]),

    .target(
      name: "Adaptation",
      dependencies: [
        "LanguageModels", "Tasks", "Checkpoints", "Tensors", "Tokenization", "Templates", "Documents", "Digests",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),

    // Records -> comparison -> verdict -> reports -> delivery.
    .target(name: "Comparison", dependencies: ["Records", "Metrics", "Documents"]),
    .target(name: "Policies", dependencies: ["Comparison", "Records", "Documents", "Digests"]),
    .target(
      name: "Reports", dependencies: ["Policies", "Comparison", "Records", "Documents", "Digests", "CLibXML2"]),
    .target(
      name: "Delivery",
      dependencies: ["Reports", "Policies", "Comparison", "Records", "Transfers", "Documents", "Digests"]),

    // The story, and the command line.
    .target(
      name: "Gate",
      dependencies: [
        "Documents", "ModelHub", "Adaptation", "Evaluation", "LanguageModels", "Tasks", "Records", "Comparison", "Policies", "Reports",
        "Delivery",
      ]),
    .target(
      name: "FlipgateCommands",
      dependencies: [
        "Gate", "Adaptation", "Documents", "Digests", "Transfers", "Tensors", "Checkpoints", "ModelHub", "Templates", "Tokenization",
        "LanguageModels", "Tasks", "Metrics", "Records", "Evaluation", "Comparison", "Policies", "Reports", "Delivery",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "flipgate", dependencies: ["FlipgateCommands"]),

    // Tests, in the same order.
    .target(
      name: "LoopbackServer",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")], path: "Tests/Support/LoopbackServer"),
    .target(name: "BrowserSupport", dependencies: ["Documents"], path: "Tests/Support/Browser"),
    .target(name: "TestSupport", dependencies: ["Documents"], path: "Tests/Support/Fuzzing"),
    .testTarget(name: "DocumentsTests", dependencies: ["Documents", "Digests", "TestSupport"]),
    .testTarget(name: "TransfersTests", dependencies: ["Transfers", "LoopbackServer", "Documents"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Tensors", "Documents", "TestSupport"]),
    .testTarget(name: "ModelHubTests", dependencies: ["ModelHub", "Transfers", "LoopbackServer", "Digests", "Documents"]),
    .testTarget(
      name: "TemplatesTests", dependencies: ["Templates", "Documents", .product(name: "OrderedCollections", package: "swift-collections")]),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Tokenization", "Documents", "TestSupport", .product(name: "OrderedCollections", package: "swift-collections")]),
    .testTarget(
      name: "LanguageModelsTests",
      dependencies: ["LanguageModels", "Checkpoints", "Templates", "Tokenization", "Tensors", "Documents"]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics", "Documents"]),
    .testTarget(
      name: "TasksTests",
      dependencies: [
        "Tasks", "Metrics", "Templates", "Digests", "Documents", .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .testTarget(name: "RecordsTests", dependencies: ["Records", "Tasks", "Documents"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "Records", "Tasks", "LanguageModels", "Documents"]),
    .testTarget(
      name: "AdaptationTests",
      dependencies: [
        "Adaptation", "LanguageModels", "Tasks", "Checkpoints", "Tensors", "Tokenization", "Templates", "Documents", "Digests",
      ]),
    .testTarget(name: "ComparisonTests", dependencies: ["Comparison", "Records", "Documents", "TestSupport"]),
    .testTarget(name: "PoliciesTests", dependencies: ["Policies", "Comparison", "Records", "Documents"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Policies", "Comparison", "Records", "Documents", "CLibXML2", "BrowserSupport", "TestSupport"]),
    .testTarget(
      name: "DeliveryTests",
      dependencies: [
        "Delivery", "Reports", "Policies", "Comparison", "Records", "Transfers", "LoopbackServer", "Documents", "Digests",
      ]),
    .testTarget(name: "CommandTests", dependencies: ["flipgate", "LoopbackServer", "Records", "Policies", "Documents"]),
  ],
  swiftLanguageModes: [.v6]
)

// One settings loop for every Swift target.
for target in package.targets where target.type != .system && target.name != "CVectorKernels" {
  target.swiftSettings = [
    // https://docs.swift.org/compiler/documentation/diagnostics/strict-memory-safety
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0470-isolated-conformances.md
    .enableUpcomingFeature("InferIsolatedConformances"),
  ]
}
