import Foundation
import Testing

/// Runs careloop-bench as its users do.
@Suite("careloop-bench measures a real broker", .timeLimit(.minutes(5)))
struct BenchProgramTests {
    @Test("every message of every pass is settled and counted")
    func countsEveryMessage() throws {
        let run = try BenchRun([
            "--count", "37", "--window", "1", "--window", "16", "--bytes", "2048", "--bytes",
            "32768", "--receivers", "2", "--referrals-per-patient", "5", "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let passes = try JSONDecoder().decode([String: [Pass]].self, from: run.output)["passes"]
        let found = try #require(passes)
        #expect(found.map(\.window) == [1, 16, 1, 16])
        #expect(found.map(\.payloadBytes) == [2_048, 2_048, 32_768, 32_768])
        for pass in found {
            #expect(pass.messages == 37)
            #expect(pass.patients == 8)
            #expect(pass.receivers == 2)
            #expect(pass.repeatedDeliveries == 0)
            #expect(pass.seconds > 0)
            #expect(abs(pass.messagesPerSecond * pass.seconds - 37) < 0.01)
            #expect(0 < pass.latency.p50 && pass.latency.p50 <= pass.latency.p99)
            #expect(pass.latency.p99 <= pass.latency.max && pass.latency.max <= pass.seconds * 1e6)
        }
    }

    @Test("people get a table with a line for each pass")
    func printsTable() throws {
        let run = try BenchRun(["--count", "5", "--window", "2"])
        #expect(run.status == 0, "\(run.errors)")
        let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("msg/s") == true)
        let cells = lines.last?.split(separator: " ").prefix(3).map(String.init)
        #expect(cells == ["2048", "2", "5"])
    }

    @Test("a backlog is sent, kept back, released and collected, each time with its waits")
    func measuresBacklog() throws {
        let run = try BenchRun([
            "backlog", "--count", "300", "--bytes", "8192", "--observations", "5", "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let found = try JSONDecoder().decode([String: [Part]].self, from: run.output)["parts"]
        let parts = try #require(found)
        #expect(parts.map(\.name) == ["sent", "kept back", "released", "collected"])
        for part in parts {
            #expect(0 < part.longestWait && part.longestWait <= part.seconds * 1e3 + 1_000)
            #expect(0 < part.longestStep && 0 < part.longestLoad && 0 < part.longestCommit)
        }
    }

    @Test("nothing of a pass is left behind")
    func leavesNothing() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            component: "cb-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = try BenchRun(["--count", "1", "--window", "1", "--directory", folder.path])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a broker that is not there is named, with what to do")
    func missingBroker() throws {
        let run = try BenchRun(["--broker", "/nonexistent/careloopd", "--count", "1"])
        #expect(run.status == 1)
        #expect(run.errors.contains("/nonexistent/careloopd"))
        #expect(run.errors.contains("--broker"))
    }

    @Test(
        "numbers out of range are refused before anything starts",
        arguments: [
            ["--count", "0"], ["--window", "0"], ["--bytes", "100"], ["--receivers", "65"],
            ["--referrals-per-patient", "0"], ["backlog", "--observations", "0"],
            ["backlog", "--bytes", "2048"],
        ])
    func refusesNumbers(arguments: [String]) throws {
        let run = try BenchRun(arguments)
        #expect(run.status == 2)
        let option = try #require(arguments.first { $0.hasPrefix("--") })
        #expect(run.errors.contains(option))
    }
}

/// Is what the test reads of a pass.
private struct Pass: Decodable {
    struct Latency: Decodable {
        var p50: Double
        var p99: Double
        var max: Double
    }

    var messages: Int
    var window: Int
    var payloadBytes: Int
    var receivers: Int
    var patients: Int
    var repeatedDeliveries: Int
    var seconds: Double
    var messagesPerSecond: Double
    var latency: Latency
}

/// Is what the test reads of a part of a backlog.
private struct Part: Decodable {
    var name: String
    var seconds: Double
    var longestWait: Double
    var longestLoad: Double
    var longestStep: Double
    var longestCommit: Double
}

/// Is one run of the program to its end.
struct BenchRun {
    let status: Int32
    let output: Data
    let errors: String

    init(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = try BuiltPrograms.url("careloop-bench")
        process.arguments = arguments
        let output = Pipe()
        // To a file, so that neither stream waits while the other is read.
        let errors = FileManager.default.temporaryDirectory.appending(
            component: "careloop-bench-\(UInt64.random(in: .min ... .max)).err")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        self.output = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        self.errors = try String(contentsOf: errors, encoding: .utf8)
    }
}
