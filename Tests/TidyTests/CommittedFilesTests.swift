import Foundation
import Testing

/// What belongs to one machine or one build.
///
/// Resolved versions do too: they name where that machine got its packages from, and the manifest
/// already says which versions will do.
private let unwanted = Pattern(
    #"^(?:.*/)?(?:Package\.resolved|\.build[^/]*/.*|\.swiftpm/.*|__pycache__/.*|\.DS_Store)$"#
        + #"|\.(?:pyc|o|sqlite|sqlite-wal|sqlite-shm|log)$"#,
    "is made by a tool and must not be committed")

private func unwantedPaths(_ paths: [String]) throws -> [String] {
    try paths.filter { try !unwanted.matches(in: $0).isEmpty }
}

/// The paths git tracks; nil outside a git checkout (a source archive) or without git.
private func trackedPaths() -> [String]? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "ls-files", "-z"]
    process.currentDirectoryURL = Repository.root
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd()
    else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
}

@Suite("Only sources are committed")
struct CommittedFilesTests {
    @Test(
        "git tracks nothing that a tool makes",
        .enabled(if: trackedPaths() != nil, "needs a git checkout"))
    func nothingMadeIsTracked() throws {
        let tracked = try #require(trackedPaths())
        let found = try unwantedPaths(tracked)
        let advice = "Run git rm --cached on it; .gitignore has to name it."
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))\n\(advice)")
    }

    @Test(
        "the rule finds what a tool made",
        arguments: [
            "Package.resolved", "a/Package.resolved", ".build/x", ".build-protoc/y/z",
            "Tests/Interop/__pycache__/a.pyc", "data/broker.sqlite", "run.log",
        ])
    func findsUnwanted(path: String) throws {
        #expect(try unwantedPaths([path]) == [path])
    }

    @Test(
        "the rule accepts sources",
        arguments: ["Package.swift", "deploy/build.sh", "Sources/careloop/Log.swift"])
    func acceptsSources(path: String) throws {
        #expect(try unwantedPaths([path]).isEmpty)
    }
}
