// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "careloop",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "careloopd", targets: ["careloopd"]),
        .executable(name: "careloop", targets: ["careloop"]),
        .executable(name: "careloop-bench", targets: ["careloop-bench"]),
    ],
    dependencies: [
        // Command lines: parsing, help, shell completion, man pages.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The broker's settings: file, environment and defaults in one order of precedence.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        // SHA-256 content hashes, HMAC patient keys, AEAD of event bodies.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Structured logging.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // What a running broker measures: counters, gauges, timers.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // The wire format of CLP/1 headers.
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        // Paths, as swift-configuration takes them.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        // SQLite: connections, statements, migrations.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Percentiles: of latencies in careloop-bench, of what a running broker measures.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        // Signals and orderly shutdown of the broker and of `careloop run`.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Layer 0: values and C.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CareModel"),

        // Layer 1: one responsibility each.
        .target(name: "CareConsent", dependencies: ["CareModel"]),
        .target(name: "CareFHIR", dependencies: ["CareModel"]),
        .target(
            name: "CareWire",
            dependencies: [
                "CareModel", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .target(
            name: "CareVault",
            dependencies: ["CareModel", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"]),
        .target(name: "CareStore", dependencies: ["CareModel"]),

        // Layer 2: the pure machines and the durable store.
        .target(name: "CareCore", dependencies: ["CareModel", "CareConsent", "CareStore"]),
        .target(
            name: "CareStoreSQLite",
            dependencies: [
                "CareModel", "CareStore", "CareVault",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),

        // Layer 3: the shells around the machines.
        .target(
            name: "CareBroker",
            dependencies: [
                "CareModel", "CareConsent", "CareFHIR", "CareWire", "CareVault", "ZeroMQ",
                "CareStore", "CareCore",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .target(
            name: "CareAgent",
            dependencies: [
                "CareModel", "CareFHIR", "CareWire", "CareVault", "ZeroMQ", "CareCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),

        // Layer 4: programs.
        .executableTarget(
            name: "careloopd",
            dependencies: [
                "CareModel", "CareFHIR", "CareVault", "ZeroMQ", "CareStore",
                "CareStoreSQLite", "CareCore", "CareBroker", "CareAgent",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .executableTarget(
            name: "careloop",
            dependencies: [
                "CareModel", "CareConsent", "CareFHIR", "CareVault", "ZeroMQ",
                "CareCore", "CareAgent",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "careloop-bench",
            dependencies: [
                "CareModel", "CareConsent", "CareFHIR", "CareWire", "ZeroMQ",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]),

        // Tests. CareTestKit is what they share; CareFixtures finds the documents they read.
        .target(name: "CareFixtures", path: "Tests/CareFixtures"),
        .target(
            name: "CareTestKit",
            dependencies: ["CareModel", "CareConsent", "CareStore", "CareCore"],
            path: "Tests/CareTestKit"),
        .testTarget(name: "CareModelTests", dependencies: ["CareModel", "CareTestKit"]),
        .testTarget(
            name: "CareConsentTests",
            dependencies: ["CareModel", "CareConsent", "CareFHIR", "CareTestKit", "CareFixtures"],
            exclude: ["Oracle/README.md"]),
        .testTarget(
            name: "CareFHIRTests",
            dependencies: ["CareModel", "CareFHIR", "CareTestKit", "CareFixtures"]),
        .testTarget(
            name: "CareWireTests",
            dependencies: [
                "CareModel", "CareWire", "CareTestKit",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(name: "CareVaultTests", dependencies: ["CareModel", "CareVault"]),
        .testTarget(
            name: "CareAgentTests",
            dependencies: [
                "CareModel", "CareWire", "CareVault", "ZeroMQ", "CareCore", "CareAgent",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"]),
        .testTarget(
            name: "CareCoreTests",
            dependencies: ["CareModel", "CareConsent", "CareStore", "CareCore", "CareTestKit"]),
        .testTarget(
            name: "CareStoreTests",
            dependencies: [
                "CareModel", "CareStore", "CareStoreSQLite", "CareVault", "CareTestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "CareBrokerTests",
            dependencies: [
                "CareModel", "CareFHIR", "CareWire", "CareVault", "ZeroMQ", "CareStore",
                "CareStoreSQLite", "CareCore", "CareBroker", "CareAgent", "CareTestKit",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "CareModel", "CareConsent", "CareFHIR", "CareWire", "CareVault", "ZeroMQ",
                "CareStore", "CareStoreSQLite", "CareCore", "CareAgent", "CareTestKit",
                "CareFixtures",
                "careloopd", "careloop", "careloop-bench",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(name: "TidyTests"),
    ],
    swiftLanguageModes: [.v6]
)

// One place for every compiler setting. `make check` switches warnings to errors.
let warningsAreErrors = Context.environment["CARELOOP_WARNINGS_AS_ERRORS"] == "1"
for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    if warningsAreErrors { settings.append(.treatAllWarnings(as: .error)) }
    target.swiftSettings = settings
}
