import Testing

private let wallClocks = Pattern(
    #"\bDate\s*\(\s*\)|\bDate\.now\b|\b(?:gettimeofday|time)\s*\(\s*(?:nil|&)|\bCLOCK_REALTIME\b"#,
    "reads the wall clock")

/// The bench measures a broker of any version and imports nothing of it.
private let readers = [
    "Sources/CareVault/System/WallClock.swift", "Sources/careloop-bench/BenchClock.swift",
]

private func otherReaders(_ files: [SourceFile]) throws -> [Finding] {
    try findings(of: [wallClocks], inCodeOf: files.filter { !readers.contains($0.path) })
}

@Suite("The wall clock is read in one place")
struct ClockTests {
    @Test("nobody else reads it")
    func oneReader() throws {
        let found = try otherReaders(Repository.sources)
        #expect(found.isEmpty, "\(found.report("Take WallClock.now, or a time that comes in."))")
    }

    @Test(
        "the rule finds who reads it, and nothing else",
        arguments: [
            ("Date().timeIntervalSince1970", 1), ("clock_gettime(CLOCK_REALTIME, &time)", 1),
            ("Date(timeIntervalSince1970: 0)", 0), ("ContinuousClock.now", 0), ("row.time()", 0),
        ])
    func findsReaders(code: String, count: Int) throws {
        #expect(try otherReaders([SourceFile(path: "Sample.swift", text: code)]).count == count)
    }
}
