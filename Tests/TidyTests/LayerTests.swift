import Testing

/// The table of targets in the architecture: which modules each target's files may import.
private let layers: [String: Layer] = [
    // Layer 0 and the pure modules above it: not even the platform.
    "CareModel": Layer(modules: [], mayImportPlatform: false),
    "CareConsent": Layer(modules: ["CareModel"], mayImportPlatform: false),
    "CareCore": Layer(
        modules: ["CareModel", "CareConsent", "CareStore"], mayImportPlatform: false),

    // Layer 1: one responsibility each. What all shells ask the machine for, durable files and the
    // wall clock, is in CareVault, which they all may import.
    "CareFHIR": Layer(modules: ["CareModel"]),
    "CareWire": Layer(modules: ["CareModel", "SwiftProtobuf"]),
    "CareVault": Layer(modules: ["CareModel", "Crypto"]),
    "ZeroMQ": Layer(modules: ["CZeroMQ"]),
    "CareStore": Layer(modules: ["CareModel"]),

    // Layer 2: the durable store.
    "CareStoreSQLite": Layer(modules: ["CareModel", "CareStore", "CareVault", "GRDB", "GRDBSQLite"]
    ),

    // Layer 3: the shells. Only they join modules of layer 1; which store it is they do not know.
    "CareBroker": Layer(
        modules: belowShells.union([
            "CoreMetrics", "Histogram", "Logging", "SwiftProtobuf", "ServiceLifecycle",
        ])),
    "CareAgent": Layer(
        modules: belowShells.union(["GRDB", "Logging", "SwiftProtobuf", "ServiceLifecycle"])),

    // Layer 4: programs.
    "careloopd": Layer(
        modules: programs.union(["CareStoreSQLite", "Configuration", "SystemPackage"])),
    "careloop": Layer(modules: programs),
    "careloop-bench": Layer(modules: programs.union(["CareWire", "SwiftProtobuf", "Histogram"])),
]

private let belowShells: Set<String> = [
    "CareModel", "CareConsent", "CareFHIR", "CareWire", "CareVault", "ZeroMQ", "CareStore",
    "CareCore",
]

/// The wire is the shells' and the bench's: the other programs speak in the words of the model.
private let programs = belowShells.subtracting(["CareWire"]).union([
    "CareBroker", "CareAgent", "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals",
])

private let platform: Set<String> = [
    "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
]

/// What the test kit may import: layers 0 to 2, and the test library.
private let testKit = Layer(
    modules: belowShells.union(["CareStoreSQLite", "Testing", "GRDB", "Crypto"]))

private struct Layer {
    var modules: Set<String>
    var mayImportPlatform = true

    func permits(_ module: String) -> Bool {
        modules.contains(module) || (mayImportPlatform && platform.contains(module))
    }
}

private func forbiddenImports(_ files: [SourceFile], _ target: String, _ layer: Layer) throws
    -> [Finding]
{
    try files.flatMap { file in
        try importLine.matches(in: file.code).filter { !layer.permits($0.text) }.map {
            Finding(path: file.path, line: $0.line, problem: "\(target) imports \($0.text)")
        }
    }
}

private func shadowedModules(_ files: [SourceFile], target: String) throws -> [Finding] {
    let declaration = Pattern(
        #"\b(?:struct|class|enum|actor|protocol|typealias)\s+\#(target)\b"#,
        "declares a type with the name of its module")
    return try findings(of: [declaration], inCodeOf: files)
}

@Suite("Imports only point down")
struct LayerTests {
    @Test("each target imports only what the architecture gives it")
    func importsPointDown() throws {
        let found = try layers.sorted { $0.key < $1.key }.flatMap { target, layer in
            try forbiddenImports(Repository.sources(of: target), target, layer)
        }
        let report = found.report(
            "Move the code to the layer that may know it, or invert the call.")
        #expect(found.isEmpty, "\(report)")
    }

    @Test("who builds on the agent library meets neither the wire nor the database")
    func agentSurface() throws {
        let shown = Pattern(
            #"\bpublic import (?:struct |enum |class )?(?:CareWire|SwiftProtobuf|GRDB)\b"#,
            "shows what should stay inside")
        let found = try findings(of: [shown], inCodeOf: Repository.sources(of: "CareAgent"))
        #expect(found.isEmpty, "\(found.report("Take and give the values of CareModel."))")
    }

    @Test("the test kit imports nothing above layer 2")
    func testKitImportsPointDown() throws {
        let files = Repository.swiftFiles.filter { $0.path.hasPrefix("Tests/CareTestKit/") }
        let found = try forbiddenImports(files, "CareTestKit", testKit)
        #expect(found.isEmpty, "\(found.report("Test shells in the tests of the shell."))")
    }

    @Test("each folder of Sources is a target of the table")
    func tableIsComplete() {
        let folders = Set(
            Repository.sources.compactMap { $0.path.split(separator: "/").dropFirst().first })
        #expect(folders.map(String.init).sorted() == layers.keys.sorted())
    }

    @Test("CZeroMQ is a module map and shim.h, nothing else")
    func shimHoldsNothingElse() {
        let paths = Repository.files.map(\.path).filter { $0.hasPrefix("Sources/CZeroMQ/") }
        #expect(paths == ["Sources/CZeroMQ/module.modulemap", "Sources/CZeroMQ/shim.h"])
    }

    @Test("no module has a type of its own name")
    func namesDiffer() throws {
        let found = try layers.keys.flatMap {
            try shadowedModules(Repository.sources(of: $0), target: $0)
        }
        #expect(
            found.isEmpty, "\(found.report("Rename the type: module.Type must stay possible."))")
    }

    @Test(
        "the rule finds an import that points up or aside",
        arguments: [
            ("CareModel", "import Foundation", "Foundation"),
            ("CareConsent", "public import CareStore", "CareStore"),
            ("CareStore", "@testable import CareCore", "CareCore"),
            ("ZeroMQ", "@_exported public import struct CareModel.Timestamp", "CareModel"),
            ("CareBroker", "internal import CareStoreSQLite", "CareStoreSQLite"),
            ("CareAgent", "import CZeroMQ", "CZeroMQ"),
        ])
    func findsForbiddenImport(target: String, line: String, module: String) throws {
        let file = SourceFile(path: "Sample.swift", text: "// Why.\n\(line)\n")
        let layer = try #require(layers[target])
        #expect(
            try forbiddenImports([file], target, layer)
                == [Finding(path: "Sample.swift", line: 2, problem: "\(target) imports \(module)")])
    }

    @Test("the rule accepts what the table gives, and prose")
    func acceptsImports() throws {
        let text = "public import CareModel\nimport class Foundation.Thread\n// import CareBroker\n"
        let layer = try #require(layers["CareStore"])
        let file = SourceFile(path: "Sample.swift", text: text)
        #expect(try forbiddenImports([file], "CareStore", layer).isEmpty)
    }

    @Test("the rule finds a type with the name of its module")
    func findsShadowedModule() throws {
        let file = SourceFile(
            path: "Sample.swift", text: "public enum ZeroMQ {}\nstruct ZeroMQError {}")
        #expect(try shadowedModules([file], target: "ZeroMQ").map(\.line) == [1])
    }
}
