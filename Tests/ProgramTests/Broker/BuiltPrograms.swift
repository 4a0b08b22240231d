import Foundation

/// Finds the programs that were built beside the tests.
enum BuiltPrograms {
    static func url(_ name: String) throws -> URL {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = folder.appending(path: name)
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        throw MissingProgram(name: name)
    }

    struct MissingProgram: Error { let name: String }
}
