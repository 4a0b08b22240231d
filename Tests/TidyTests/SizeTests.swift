import Foundation
import Testing

private let longestFileLineCount = 500
private let longestFunctionLineCount = 70

private let functionStart = Pattern(
    #"(?<![.\w`])(?:func\s+\S|(?:init|subscript)\s*[?!]?\s*[<(]|deinit\s*\{)"#, "is a function")

/// Begins another declaration: the function before it had no body (a protocol's requirement).
private let declarationWords: Set<String> = [
    "func", "var", "let", "init", "subscript", "associatedtype", "static", "mutating", "struct",
    "enum", "class", "actor", "extension", "protocol", "typealias", "case", "deinit", "public",
    "private", "package", "internal", "fileprivate", "nonisolated", "nonmutating",
]

private func longFiles(in files: [SourceFile]) -> [Finding] {
    files.compactMap { file in
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        guard count > longestFileLineCount else { return nil }
        return Finding(path: file.path, line: 1, problem: "has \(count) lines")
    }
}

private func longFunctions(in files: [SourceFile]) throws -> [Finding] {
    try files.flatMap { file in
        let code = Array(file.code.utf16)
        return try functionStart.matches(in: file.code).compactMap { match -> Finding? in
            guard let end = bodyEnd(in: code, from: match.range.location) else { return nil }
            let breaks = code[match.range.location..<end].count { $0 == 0x0A }
            guard breaks + 1 > longestFunctionLineCount else { return nil }
            return Finding(
                path: file.path, line: match.line, problem: "function has \(breaks + 1) lines")
        }
    }
}

/// The place of the brace that closes the body of the function declared at `start`; nil without one.
private func bodyEnd(in code: [UInt16], from start: Int) -> Int? {
    var brackets = 0
    var braces = 0
    for index in start..<code.count {
        switch code[index] {
        case 0x28, 0x5B: brackets += 1
        case 0x29, 0x5D: brackets -= 1
        case 0x7B where braces > 0 || brackets == 0: braces += 1
        case 0x7D where braces == 1: return index
        case 0x7D where braces > 1: braces -= 1
        case 0x7D where brackets == 0: return nil
        case 0x0A where braces == 0 && brackets == 0:
            if declarationWords.contains(firstWord(in: code, after: index)) { return nil }
        default: break
        }
    }
    return nil
}

private func firstWord(in code: [UInt16], after index: Int) -> String {
    let rest = code[(index + 1)...].drop { $0 == 0x20 || $0 == 0x0A }
    return String(decoding: rest.prefix { (0x61...0x7A).contains($0) }, as: UTF16.self)
}

@Suite("Files and functions stay small")
struct SizeTests {
    @Test("no Swift file is longer than 500 lines")
    func filesAreShort() {
        let found = longFiles(in: Repository.swiftFiles)
        #expect(found.isEmpty, "\(found.report("Split it by topic: Type+Topic.swift."))")
    }

    @Test("no function is longer than 70 lines")
    func functionsAreShort() throws {
        let found = try longFunctions(in: Repository.swiftFiles)
        #expect(found.isEmpty, "\(found.report("Take steps out of it, each with a name."))")
    }

    @Test("the rule finds a file of 501 lines and accepts one of 500")
    func findsLongFile() {
        func file(_ lineCount: Int) -> SourceFile {
            SourceFile(path: "Sample.swift", text: String(repeating: "x\n", count: lineCount))
        }
        #expect(longFiles(in: [file(501)]).count == 1)
        #expect(longFiles(in: [file(500)]).isEmpty)
    }

    @Test(
        "the rule finds functions of 71 lines and accepts 70",
        arguments: [
            "func f(a: [Int] = [], b: () -> Void = {}) throws -> Int {", "init?(a: Int) {",
            "deinit {", "subscript(i: Int) -> Int {", "public static func ==(a: A, b: A) -> Bool {",
        ])
    func findsLongFunction(head: String) throws {
        func findings(_ lineCount: Int) throws -> [Finding] {
            let body = String(repeating: "    if a { b() }\n", count: lineCount - 2)
            let text = "struct A {\n\(head)\n\(body)}\n}\n"
            return try longFunctions(in: [SourceFile(path: "Sample.swift", text: text)])
        }
        let found = Finding(path: "Sample.swift", line: 2, problem: "function has 71 lines")
        #expect(try findings(71) == [found])
        #expect(try findings(70).isEmpty)
    }

    @Test("a requirement without a body does not borrow the next one's")
    func requirementHasNoBody() throws {
        let lines = String(repeating: "    x()\n", count: 80)
        let text = "protocol P {\n    func a()\n    var b: Int { get }\n}\nlet c = {\n\(lines)}\n"
        let file = SourceFile(path: "Sample.swift", text: text)
        #expect(try longFunctions(in: [file]).isEmpty)
    }
}
