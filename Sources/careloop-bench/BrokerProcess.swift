internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// Says which broker to start, and where its data goes.
struct BrokerPlace: Sendable {
    /// The path of `careloopd`.
    let program: String
    /// The folder in which throw-away data directories are made.
    let directory: String

    /// Takes the options of a command: without a program the one beside this one, without a folder
    /// the system's.
    init(program: String?, directory: String?) throws {
        self.program = try program ?? Self.neighbour("careloopd")
        self.directory = directory ?? FileManager.default.temporaryDirectory.path
    }

    /// The path of a program in the same folder as this one.
    private static func neighbour(_ name: String) throws -> String {
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else {
            throw BenchFailure("This program's folder is not known. Name the broker with --broker.")
        }
        return program.deletingLastPathComponent().appending(component: name).path
    }
}

/// Says how agents reach a broker.
struct BrokerAddress: Sendable {
    let control: String
    let publicKey: CurvePublicKey
}

/// Is a broker that runs for one pass, on a data directory of its own.
final class BrokerProcess {
    /// How agents reach it.
    let address: BrokerAddress
    /// Its operator's socket.
    let adminSocketPath: String

    private let directory: String
    private let process: Process
    private let log: ProcessLog

    private static let startLimit: TimeInterval = 60
    /// The data directories that are in use, and the processes that use them.
    private static let running = Mutex<[String: pid_t]>([:])

    /// Sets a broker up and starts it.
    ///
    /// - Throws: if it does not get ready; what it said on standard error is in the message.
    init(_ place: BrokerPlace) throws {
        guard FileManager.default.isExecutableFile(atPath: place.program) else {
            throw BenchFailure(
                "There is no broker at \(place.program). Build it, or name it with --broker.")
        }
        let name = String(UInt64.random(in: .min ... .max), radix: 36)
        let directory = "\(place.directory)/clb-\(name)"
        self.directory = directory
        adminSocketPath = "\(directory)/admin.sock"
        process = Process()
        log = ProcessLog()
        do {
            _ = try Self.output(
                place.program,
                [
                    "init", "--data", directory, "--control", "tcp://127.0.0.1:*",
                    "--events", "tcp://127.0.0.1:*",
                ])
            let key = try Self.output(place.program, ["key", "--data", directory])
            process.executableURL = URL(filePath: place.program)
            process.arguments = ["run", "--data", directory]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = log.pipe
            try process.run()
            let identifier = process.processIdentifier
            Self.running.withLock { $0[directory] = identifier }
            address = try Self.address(log, key: key, within: Self.startLimit)
        } catch {
            if process.isRunning { process.terminate() }
            Self.throwAway(directory)
            throw error
        }
    }

    /// Ends the broker and throws its data away.
    ///
    /// - Throws: if it did not end in good order.
    func end() throws {
        process.terminate()
        process.waitUntilExit()
        Self.throwAway(directory)
        guard process.terminationStatus == 0 else {
            throw BenchFailure(
                "The broker ended with status \(process.terminationStatus):\n\(log.text)")
        }
    }

    /// Does something, and leaves no broker and no data behind if Ctrl-C ends it.
    static func abandoningWhenInterrupted(_ work: () throws -> Void) rethrows {
        let interruptions = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                abandonAll()
                Foundation.exit(128 + number)
            }
            source.resume()
            return source
        }
        defer { for source in interruptions { source.cancel() } }
        try work()
    }

    private static func abandonAll() {
        for (directory, process) in running.withLock({ $0 }) {
            kill(process, SIGKILL)
            throwAway(directory)
        }
    }

    private static func throwAway(_ directory: String) {
        running.withLock { $0[directory] = nil }
        try? FileManager.default.removeItem(atPath: directory)
        // Where `init` puts the keys.
        try? FileManager.default.removeItem(atPath: "\(directory)-keys")
    }

    /// The processor time it has used; nil where the system does not tell.
    var processorSeconds: Double? {
        let path = "/proc/\(process.processIdentifier)/stat"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        // proc_pid_stat(5): fields 14 and 15 are utime and stime; what follows the name begins at 3.
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func address(
        _ log: ProcessLog, key: String, within limit: TimeInterval
    ) throws -> BrokerAddress {
        guard let line = log.line(containing: "ready: agents at ", within: limit),
            let start = line.range(of: "ready: agents at ")?.upperBound,
            let publicKey = CurvePublicKey(z85: key)
        else { throw BenchFailure("The broker did not start:\n\(log.text)") }
        return BrokerAddress(
            control: String(line[start...].prefix { $0 != "," }), publicKey: publicKey)
    }

    /// Runs a program to its end; gives what it printed.
    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFailure("careloopd \(arguments[0]) ended with \(process.terminationStatus).")
        }
        return String(decoding: bytes, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Collects what a process writes on standard error, so that it never has to wait for a reader.
final class ProcessLog: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    let pipe = Pipe()
    private let state = Mutex(State())
    private let grown = DispatchSemaphore(value: 0)

    private static let byteCountMax = 1 << 20

    init() {
        let thread = Thread { [self] in
            // Gives what is there, and nothing at the end; `read(upToCount:)` would wait for it all.
            while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                state.withLock {
                    guard $0.bytes.count < Self.byteCountMax else { return }
                    $0.bytes.append(contentsOf: data)
                }
                grown.signal()
            }
            state.withLock { $0.hasEnded = true }
            grown.signal()
        }
        thread.start()
    }

    /// All that was written.
    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Waits for a whole line that contains `text`; nil if none came in time or at all.
    func line(containing text: String, within seconds: TimeInterval) -> String? {
        let deadline = DispatchTime.now() + seconds
        while true {
            let (whole, hasEnded) = state.withLock {
                (String(decoding: $0.bytes, as: UTF8.self), $0.hasEnded)
            }
            let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.contains(text) }) { return String(line) }
            guard !hasEnded, grown.wait(timeout: deadline) == .success else { return nil }
        }
    }
}
