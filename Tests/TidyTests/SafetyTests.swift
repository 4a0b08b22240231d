import Testing

/// How many lines above an unsafe declaration its sentence may begin, and how many below.
private let linesAbove = 6
private let linesBelow = 2

private let unsafeCode = Pattern(
    #"@unchecked\s+Sendable|nonisolated\(unsafe\)|\bunsafe\s+(?=[A-Za-z_(&])|@_unsafe\w+"#,
    "is unsafe and has no '// Safety:' sentence near it")

private let crashes = [
    Pattern(#"\btry!"#, "uses try!"),
    Pattern(#"\bfatalError\s*\("#, "calls fatalError"),
    Pattern(#"\bas!\s"#, "casts with as!"),
]

private func unexplained(in files: [SourceFile]) throws -> [Finding] {
    try findings(of: [unsafeCode], inCodeOf: files).filter { finding in
        guard let file = files.first(where: { $0.path == finding.path }) else { return true }
        let first = max(0, finding.line - 1 - linesAbove)
        let nearby = file.lines[first..<min(file.lines.count, finding.line + linesBelow)]
        return !nearby.contains { $0.contains("// Safety: ") }
    }
}

@Suite("Unsafe code explains itself")
struct SafetyTests {
    @Test("each way round the compiler has a sentence that says why it is safe")
    func unsafeCodeIsExplained() throws {
        let found = try unexplained(in: Repository.swiftFilesOutsideTidy)
        let report = found.report("Say in a '// Safety: ' comment right there what makes it safe.")
        #expect(found.isEmpty, "\(report)")
    }

    @Test("nothing crashes on purpose outside preconditions")
    func nothingCrashesOnPurpose() throws {
        let found = try findings(of: crashes, inCodeOf: Repository.swiftFilesOutsideTidy)
        let report = found.report("Throw a coded error, or state the invariant as a precondition.")
        #expect(found.isEmpty, "\(report)")
    }

    @Test(
        "the rule finds unexplained unsafe code",
        arguments: [
            "struct Box: @unchecked Sendable {}",
            "nonisolated(unsafe) var socket: Int",
            "let value = unsafe pointer.pointee",
            "// Safe, I think.\nstruct Box: @unchecked Sendable {}",
            "struct Box: @unchecked Sendable {\n\n\n    // Safety: too late.\n}",
            "// Safety: too far away.\n\n\n\n\n\n\n\nstruct Box: @unchecked Sendable {}",
        ])
    func findsUnexplained(code: String) throws {
        #expect(try unexplained(in: [SourceFile(path: "Sample.swift", text: code)]).count == 1)
    }

    @Test(
        "the rule accepts explained unsafe code, and prose",
        arguments: [
            "// Safety: written once, before any thread starts.\nnonisolated(unsafe) var x: Int",
            "class Box: @unchecked Sendable {\n    // Safety: holds constants only.\n}",
            "// It is unsafe to share a socket.",
            "case unsafe, safe",
        ])
    func acceptsExplained(code: String) throws {
        #expect(try unexplained(in: [SourceFile(path: "Sample.swift", text: code)]).isEmpty)
    }

    @Test(
        "the rule finds deliberate crashes",
        arguments: ["let a = try! load()", "fatalError(\"no\")", "let a = b as! C"])
    func findsCrash(code: String) throws {
        let file = SourceFile(path: "Sample.swift", text: code)
        #expect(try findings(of: crashes, inCodeOf: [file]).count == 1)
    }
}
