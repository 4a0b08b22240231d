import Foundation

/// Runs `careloopd` as an operator does.
enum Operated {
    struct Outcome {
        let status: Int32
        let output: String
        let complaint: String
    }

    /// Runs a command on a data directory, perhaps with other settings, and waits for its end.
    static func run(
        _ arguments: String..., on directory: String, environment: [String: String] = [:]
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = try BuiltPrograms.url("careloopd")
        process.arguments = arguments + ["--data", directory]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        // Files, because a pipe that is not read blocks a program with much to say.
        let output = try folder.write("", to: "output")
        let complaint = try folder.write("", to: "complaint")
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: complaint)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            complaint: try String(contentsOfFile: complaint, encoding: .utf8))
    }
}
