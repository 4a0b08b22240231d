import Foundation
import Testing

/// A row of a table of threats with the tests it names.
private struct ThreatRow {
    let line: Int
    let threat: String
    let tests: [String]
}

/// The rows of all tables of a document whose columns end with `test`.
private func threatRows(in file: SourceFile) throws -> [ThreatRow] {
    var rows: [ThreatRow] = []
    var isThreat = false
    for (index, line) in file.lines.enumerated() {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            .dropFirst().dropLast().map { $0.trimmingCharacters(in: .whitespaces) }
        guard line.hasPrefix("|"), cells.count > 1 else {
            isThreat = false
            continue
        }
        if cells.last == "test" {
            isThreat = true
        } else if isThreat, !cells[0].hasPrefix("---") {
            let tests = try Pattern("`([^`]+)`", "").matches(in: cells[cells.count - 1]).map(\.text)
            rows.append(ThreatRow(line: index + 1, threat: cells[1], tests: tests))
        }
    }
    return rows
}

/// Whether a suite of this title has a test of this title, in one file.
private func exists(_ test: String, in files: [SourceFile]) throws -> Bool {
    if test.hasSuffix(".swift") { return files.contains { $0.path == test } }
    guard let slash = test.firstIndex(of: "/") else { return false }
    func attribute(_ name: String, _ title: Substring) -> Pattern {
        let quoted = NSRegularExpression.escapedPattern(for: String(title))
        return Pattern(#"@\#(name)\(\s*"\#(quoted)""#, "")
    }
    let suite = attribute("Suite", test[..<slash])
    let title = attribute("Test", test[test.index(after: slash)...])
    return try files.contains { file in
        guard file.path.hasPrefix("Tests/") else { return false }
        return try !suite.matches(in: file.text).isEmpty && !title.matches(in: file.text).isEmpty
    }
}

private func broken(_ rows: [ThreatRow], in files: [SourceFile], at path: String) throws
    -> [Finding]
{
    try rows.flatMap { row -> [Finding] in
        guard !row.tests.isEmpty else {
            return [Finding(path: path, line: row.line, problem: "\(row.threat): names no test")]
        }
        return try row.tests.filter { try !exists($0, in: files) }.map {
            Finding(path: path, line: row.line, problem: "there is no test \($0)")
        }
    }
}

@Suite("Each threat has its test")
struct ThreatModelTests {
    private static let path = "deploy/threat-model.md"

    @Test("every row of the threat model names tests that exist")
    func rowsNameTests() throws {
        let file = try #require(Repository.files.first { $0.path == Self.path })
        let rows = try threatRows(in: file)
        #expect(rows.count > 30)
        let found = try broken(rows, in: Repository.swiftFiles, at: Self.path)
        #expect(found.isEmpty, "\(found.report("Name the test as `Suite/title`, or its file."))")
    }

    private let document = SourceFile(
        path: path,
        text: """
            | asset | threat | test |
            |---|---|---|
            | a | b | `Suite/title of one` `Tests/A.swift` |
            | a | c | none |
            | a | d | `Suite/another title` `Other/title of one` `Tests/B.swift` |

            | asset | harm |
            |---|---|
            | a | b |
            """)

    private let tests = SourceFile(
        path: "Tests/A.swift",
        text: """
            @Suite("Suite", .serialized) struct A {
                @Test(
                    "title of one", arguments: [1])
            """)

    @Test("the rule reads the tables with a column of tests and no other")
    func readsRows() throws {
        let rows = try threatRows(in: document)
        #expect(rows.map(\.threat) == ["b", "c", "d"])
        #expect(rows.map(\.tests.count) == [2, 0, 3])
    }

    @Test("the rule finds rows without a test, and tests, suites and files that do not exist")
    func findsBrokenRows() throws {
        let found = try broken(threatRows(in: document), in: [tests], at: Self.path)
        #expect(
            found.map(\.problem) == [
                "c: names no test", "there is no test Suite/another title",
                "there is no test Other/title of one", "there is no test Tests/B.swift",
            ])
        #expect(found.map(\.line) == [4, 5, 5, 5])
    }
}
