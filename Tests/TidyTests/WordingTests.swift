import Foundation
import Testing

/// A folder of somebody's machine at the start of a path (not a part of a longer path or address).
private let machinePaths = Pattern(
    #"(?<![\w.~\-/}$])/(?:work|root|home|Users)/"#, "names a folder of one machine")

private let leftovers = Pattern(
    #"\b(?:TODO|FIXME|XXX|HACK)\b"#, "leaves a note instead of an issue")

/// Words that say nothing about what a type is for.
private let emptyWords =
    #"\w*(?:Manager|Helper|Utility|Utilities|Util|Utils)s?\b|\w+Impl\b|New[A-Z]\w*"#

private let emptyNames = Pattern(
    #"\b(?:struct|class|enum|actor|protocol|typealias|extension)\s+(\#(emptyWords))"#,
    "has a name that says nothing")

private func emptyFileNames(_ files: [SourceFile]) throws -> [Finding] {
    try files.filter { file in
        let name = file.path.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
        return try !Pattern("^(?:\(emptyWords))$", "").matches(in: String(name)).isEmpty
    }
    .map { Finding(path: $0.path, line: 1, problem: emptyNames.problem) }
}

@Suite("Words are chosen")
struct WordingTests {
    @Test("no file names a folder of one machine")
    func noMachinePaths() throws {
        let found = try findings(of: [machinePaths], inTextOf: Repository.filesOutsideTidy)
        #expect(
            found.isEmpty, "\(found.report("Find it from the file, a flag or the environment."))")
    }

    @Test("no file holds a note for later")
    func noLeftovers() throws {
        let found = try findings(of: [leftovers], inTextOf: Repository.filesOutsideTidy)
        #expect(found.isEmpty, "\(found.report("Do it, or open an issue."))")
    }

    @Test("no type or file has a name that says nothing")
    func noEmptyNames() throws {
        let files = Repository.swiftFilesOutsideTidy
        let found = try findings(of: [emptyNames], inCodeOf: files) + emptyFileNames(files)
        #expect(found.isEmpty, "\(found.report("Name it after its one responsibility."))")
    }

    @Test(
        "the rule finds machine paths",
        arguments: ["see /home/ann/x", "cd /work/x", "\"/root/.config\"", "PATH=/Users/b/x"])
    func findsMachinePath(text: String) throws {
        let file = SourceFile(path: "Sample.md", text: text)
        #expect(try findings(of: [machinePaths], inTextOf: [file]).count == 1)
    }

    @Test(
        "the rule accepts addresses and paths of every machine",
        arguments: ["https://a.example/home/x", "/var/lib/careloop", "~/work/x", "./work/x"])
    func acceptsPath(text: String) throws {
        let file = SourceFile(path: "Sample.md", text: text)
        #expect(try findings(of: [machinePaths], inTextOf: [file]).isEmpty)
    }

    @Test("the rule finds notes for later", arguments: ["// TODO: x", "# FIXME", "<!-- HACK -->"])
    func findsLeftover(text: String) throws {
        let file = SourceFile(path: "Sample.swift", text: text)
        #expect(try findings(of: [leftovers], inTextOf: [file]).count == 1)
    }

    @Test(
        "the rule finds empty names",
        arguments: [
            "struct SessionManager {", "enum StringUtils {", "final class StoreImpl: Store {",
            "struct NewReferral {", "enum TestHelpers {",
        ])
    func findsEmptyName(code: String) throws {
        let file = SourceFile(path: "Sample.swift", text: code)
        #expect(try findings(of: [emptyNames], inCodeOf: [file]).count == 1)
    }

    @Test("the rule finds empty names of files")
    func findsEmptyFileName() throws {
        let found = try emptyFileNames([SourceFile(path: "Sources/A/TestHelpers.swift", text: "")])
        #expect(found.count == 1)
    }

    @Test("the rule accepts the platform's names where they are used, and meaningful ones")
    func acceptsNames() throws {
        let code = "let files = FileManager.default\nstruct Newness {}\nstruct Implication {}"
        let file = SourceFile(path: "Implication.swift", text: code)
        #expect(try findings(of: [emptyNames], inCodeOf: [file]).isEmpty)
        #expect(try emptyFileNames([file]).isEmpty)
    }
}
