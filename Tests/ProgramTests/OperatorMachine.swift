import Foundation
import Glibc
import Testing

/// Is a broker's machine as its operator sees it: a data directory, keys beside it, `careloopd`.
final class OperatorMachine {
    let program: CLIProgram
    private var broker: Process?

    var data: String { program.home.path + "/data" }
    var keys: String { program.home.path + "/data-keys" }

    /// Sets a broker up; ``start()`` runs it.
    init() throws {
        program = try CLIProgram()
        let outcome = try run(
            "init", "--control", "ipc://\(data)/ctl", "--events", "ipc://\(data)/evt")
        try #require(outcome.status == 0, "\(outcome.complaint)")
    }

    deinit {
        guard let broker else { return }
        broker.terminate()
        broker.waitUntilExit()
    }

    /// Runs a command on the data directory with nobody to ask.
    func run(_ arguments: String..., input: String = "") throws -> CLIProgram.Outcome {
        try program.run(arguments + ["--data", data], of: "careloopd", input: input)
    }

    /// Starts the broker and waits until it says that it is ready.
    ///
    /// - Parameter environment: what it finds in its environment beside the path.
    func start(_ environment: [String: String] = [:]) throws {
        let process = Process()
        let log = Pipe()
        process.executableURL = try CLIProgram.executable("careloopd")
        process.arguments = ["run", "--data", data]
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.run()
        broker = process
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("ready: ") {
            let chunk = log.fileHandleForReading.availableData
            try #require(
                !chunk.isEmpty, "the broker ended: \(String(decoding: said, as: UTF8.self))")
            said += chunk
        }
        // Its first event is on record once it has answered.
        try #require(try run("status").status == 0)
        log.fileHandleForReading.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
    }

    /// Ends the broker in good order.
    func stop() throws {
        let process = try #require(broker)
        broker = nil
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Ends the broker without a word, as a crash would.
    func kill() throws {
        let process = try #require(broker)
        broker = nil
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Changes one letter of what the stopped broker's database holds.
    func changeDatabase(from old: String, to new: String) throws {
        try #require(old.utf8.count == new.utf8.count)
        let file = URL(fileURLWithPath: data + "/careloop.db")
        var bytes = try Data(contentsOf: file)
        let place = try #require(bytes.range(of: Data(old.utf8)))
        bytes.replaceSubrange(place, with: Data(new.utf8))
        let handle = try FileHandle(forWritingTo: file)
        try handle.write(contentsOf: bytes)
        try handle.close()
    }
}
