import Foundation
import Glibc
import Testing

/// Runs a real `careloopd` in a folder of its own, with one agent for each of five people.
final class CLIBroker {
    /// Runs `careloop` as the people.
    let program: CLIProgram

    private let process = Process()
    private let data: String

    /// Starts the broker and enrols a practice with `ann`, `cora` and `eve`, and a hospital with `bo`
    /// and `dora`, who works in its emergency room.
    ///
    /// - Parameter environment: what the broker finds in its environment; nil for the tests' own.
    init(environment: [String: String]? = nil) throws {
        program = try CLIProgram()
        data = program.home.path + "/broker"
        let ports = try [Self.freePort(), Self.freePort()]
        try operate(
            "init", "--control", "tcp://127.0.0.1:\(ports[0])", "--events",
            "tcp://127.0.0.1:\(ports[1])")
        if let environment { process.environment = environment }
        try start()
        try operate("enrol", "organisation", "practice", "--name", "Riverside Practice")
        try operate("enrol", "organisation", "hospital", "--name", "City Hospital")
        try operate(
            "enrol", "service", "cardiology", "--organisation", "hospital", "--name", "Cardiology")
        let key = try operate("key").trimmingCharacters(in: .whitespacesAndNewlines)
        let people = [
            ("ann", "practice", ["--role", "referrer"]),
            ("bo", "hospital", ["--role", "specialist", "--service", "cardiology"]),
            ("cora", "practice", ["--role", "coordinator", "--role", "auditor"]),
            ("dora", "hospital", ["--role", "emergency"]),
            ("eve", "practice", ["--role", "auditor"]),
        ]
        for (name, organisation, rights) in people {
            let made = try program.run(
                "init", "--name", name, "--agent", name, "--broker",
                "tcp://127.0.0.1:\(ports[0])", "--broker-key", key, "--json"
            ).object()
            let publicKey = try #require(made["publicKey"] as? String)
            let enrolment = [
                "enrol", "agent", name, "--organisation", organisation, "--name", name,
                "--key=\(publicKey)",
            ]
            try operate(enrolment + rights)
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// Stops the broker as an operator would, and waits until it is gone.
    func stop() throws {
        try operate("stop")
        process.waitUntilExit()
    }

    /// Runs `careloop` for one of the people.
    func run(
        _ person: String, _ arguments: String..., input: String = ""
    ) throws -> CLIProgram.Outcome {
        try program.run(["--context", person] + arguments, input: input)
    }

    @discardableResult
    private func operate(_ arguments: String...) throws -> String { try operate(arguments) }

    @discardableResult
    private func operate(_ arguments: [String]) throws -> String {
        let outcome = try program.run(arguments + ["--data", data], of: "careloopd")
        try #require(outcome.status == 0, "\(arguments): \(outcome.complaint)")
        return outcome.output
    }

    /// Starts the broker and waits until it says that it is ready.
    private func start() throws {
        let log = Pipe()
        process.executableURL = try CLIProgram.executable("careloopd")
        process.arguments = ["run", "--data", data]
        process.standardOutput = log
        process.standardError = log
        try process.run()
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("ready") {
            let chunk = log.fileHandleForReading.availableData
            try #require(
                !chunk.isEmpty, "the broker ended: \(String(decoding: said, as: UTF8.self))")
            said += chunk
        }
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    /// A port that nobody listens on, as the system chooses it.
    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(socket, general, length) == 0 ? getsockname(socket, general, &length) : -1
            }
        }
        try #require(status == 0)
        return UInt16(bigEndian: address.sin_port)
    }
}
