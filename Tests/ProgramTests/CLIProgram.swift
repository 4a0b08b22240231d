import Foundation
import Testing

/// Runs the `careloop` that was built beside the tests, as a person's shell would.
struct CLIProgram {
    /// Is what a run came to.
    struct Outcome {
        let status: Int32
        let output: String
        let complaint: String

        /// The output as one JSON object.
        func object() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(value as? [String: Any])
        }

        /// The error's members, with `--json`.
        func error() throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: Data(complaint.utf8))
            let object = try #require(value as? [String: Any])
            return try #require(object["error"] as? [String: Any])
        }
    }

    /// Where the contexts of the runs are.
    let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    /// Runs the program with nobody to ask and waits for its end.
    func run(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(arguments, input: input)
    }

    /// Runs the program with nobody to ask and waits for its end.
    func run(
        _ arguments: [String], of program: String = "careloop", input: String = ""
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = try Self.executable(program)
        process.arguments = arguments
        process.environment = ["CARELOOP_HOME": home.path + "/people", "TZ": "UTC"]
        // Files, because a pipe that is not read blocks a program with much to say.
        let output = home.path + "/output-\(UUID().uuidString)"
        let complaint = home.path + "/complaint-\(UUID().uuidString)"
        let source = try home.write(input, to: "input-\(UUID().uuidString)")
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: source))
        process.standardOutput = try Self.freshFile(output)
        process.standardError = try Self.freshFile(complaint)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            complaint: try String(contentsOfFile: complaint, encoding: .utf8))
    }

    /// Makes a context for a broker that nobody runs.
    func makeContext(_ name: String = "clinic") throws -> Outcome {
        // A key of the right form that nobody has; port 1 is nobody's.
        try run(
            "init", "--name", name, "--agent", "dr-\(name)", "--broker", "tcp://127.0.0.1:1",
            "--broker-key", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
    }

    private static func freshFile(_ path: String) throws -> FileHandle {
        let file = URL(fileURLWithPath: path)
        try Data().write(to: file)
        return try FileHandle(forWritingTo: file)
    }

    /// Finds a program that was built beside the tests.
    static func executable(_ name: String) throws -> URL {
        let folders =
            [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
            + Bundle.allBundles.map(\.bundleURL)
        let candidates = folders.flatMap { folder in
            [folder, folder.deletingLastPathComponent()].map { $0.appending(path: name) }
        }
        let found = candidates.first {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }
        return try #require(found, "build the product \(name) before its tests")
    }
}
