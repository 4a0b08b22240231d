import Foundation
import Testing

/// A target of Package.swift and the modules it declares that it uses.
private struct ManifestTarget: Equatable {
    let name: String
    let folder: String
    let dependencies: Set<String>
}

/// What needs no declaration: the platform and the test library.
private let undeclared: Set<String> = [
    "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
    "Swift", "Testing",
]

private let targetStart = Pattern(
    #"\.(?:executableTarget|testTarget|target)\s*\(\s*name:\s*"[^"]+""#, "declares a target")
private let targetName = Pattern(#"\A[^"]*"([^"]+)""#, "")
private let targetPath = Pattern(#"\bpath:\s*"([^"]+)""#, "")
private let productName = Pattern(#"\.product\s*\(\s*name:\s*"([^"]+)""#, "")
private let productCall = #"\.product\s*\([^)]*\)"#
private let quoted = Pattern(#""([^"]+)""#, "")

/// Reads the targets from the manifest's text: asking the package manager would wait for this test.
private func targets(in manifest: String) throws -> [ManifestTarget] {
    let whole = manifest as NSString
    return try targetStart.matches(in: manifest).compactMap { match in
        let rest = whole.substring(from: match.range.location)
        let call = rest[..<closingParenthesis(of: rest)]
        let text = String(call)
        guard let name = try targetName.matches(in: text).first?.text else { return nil }
        let path = try targetPath.matches(in: text).first?.text
        let kind = text.hasPrefix(".testTarget") ? "Tests" : "Sources"
        return ManifestTarget(
            name: name, folder: path ?? "\(kind)/\(name)", dependencies: try dependencies(in: text))
    }
}

private func dependencies(in call: String) throws -> Set<String> {
    guard let start = call.range(of: "dependencies:") else { return [] }
    let list = String(call[start.upperBound...])
    let plain = list.replacingOccurrences(of: productCall, with: "", options: .regularExpression)
    let end = plain.firstIndex(of: "]") ?? plain.endIndex
    let targets = try quoted.matches(in: String(plain[..<end])).map(\.text)
    // A module's name has underscores where its target's has dashes.
    return Set(
        try (targets + productName.matches(in: list).map(\.text))
            .map { $0.replacingOccurrences(of: "-", with: "_") })
}

private func closingParenthesis(of text: String) -> String.Index {
    var depth = 0
    for index in text.indices {
        switch text[index] {
        case "(": depth += 1
        case ")" where depth == 1: return index
        case ")": depth -= 1
        default: break
        }
    }
    return text.endIndex
}

private func undeclaredImports(_ target: ManifestTarget, _ files: [SourceFile]) throws -> [Finding]
{
    let known = target.dependencies.union(undeclared)
    return try files.filter { $0.path.hasPrefix(target.folder + "/") }.flatMap { file in
        try importLine.matches(in: file.code).filter { !known.contains($0.text) }.map {
            Finding(
                path: file.path, line: $0.line,
                problem: "\(target.name) imports \($0.text) and does not declare it")
        }
    }
}

/// SwiftPM's own check, which `make check` asks for too, finds nothing with some Linux toolchains.
@Suite("Each import is declared")
struct ManifestTests {
    @Test("each target declares in Package.swift what it imports")
    func importsAreDeclared() throws {
        let found = try manifestTargets().flatMap {
            try undeclaredImports($0, Repository.swiftFiles)
        }
        #expect(found.isEmpty, "\(found.report("Declare the dependency, or do without it."))")
    }

    @Test("each folder with Swift files belongs to a target that was read from Package.swift")
    func foldersAreTargets() throws {
        let folders = Set(
            Repository.swiftFiles.filter { $0.path != "Package.swift" }.map {
                $0.path.split(separator: "/").prefix(2).joined(separator: "/")
            })
        #expect(try Set(manifestTargets().map(\.folder)).isSuperset(of: folders))
    }

    @Test("targets are read with their folders and dependencies")
    func readsTargets() throws {
        let manifest = """
            targets: [
                .systemLibrary(name: "CZ", providers: [.apt(["z-dev"])]),
                .target(name: "A"),
                .target(
                    name: "B",
                    dependencies: [
                        "A", .product(name: "P", package: "swift-p"), "CZ",
                    ],
                    path: "Tests/B"),
                .testTarget(name: "CTests", dependencies: ["B"], exclude: ["x"]),
            ]
            """
        #expect(
            try targets(in: manifest) == [
                ManifestTarget(name: "A", folder: "Sources/A", dependencies: []),
                ManifestTarget(name: "B", folder: "Tests/B", dependencies: ["A", "P", "CZ"]),
                ManifestTarget(name: "CTests", folder: "Tests/CTests", dependencies: ["B"]),
            ])
    }

    @Test("the rule finds an import that is not declared, even one that a dependency brings")
    func findsUndeclaredImport() throws {
        let target = ManifestTarget(name: "C", folder: "Sources/C", dependencies: ["B"])
        let text = "import Foundation\nimport B\npublic import A\n"
        let files = [
            SourceFile(path: "Sources/C/c.swift", text: text),
            SourceFile(path: "Sources/CC/c.swift", text: text),
        ]
        let problem = "C imports A and does not declare it"
        #expect(
            try undeclaredImports(target, files)
                == [Finding(path: "Sources/C/c.swift", line: 3, problem: problem)])
    }

    private func manifestTargets() throws -> [ManifestTarget] {
        let manifest = try #require(Repository.files.first { $0.path == "Package.swift" })
        return try targets(in: manifest.text)
    }
}
