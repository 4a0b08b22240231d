internal import Foundation
internal import Synchronization

/// Starts a command for each arrival, a bounded number at a time.
///
/// Arrivals beyond the bound wait in order; none is dropped. Nothing clinical goes to the hook: it
/// asks for that with the ids it gets.
final class HookRunner: Sendable {
    private struct State {
        var queue: [ArrivalOutput] = []
        var runningCount = 0
    }

    private let command: String
    private let countMax: Int
    private let log: RunLog
    private let state = Mutex(State())
    private let idle = DispatchGroup()

    /// Runs `command` with the shell, at most `countMax` times at once.
    init(command: String, countMax: Int, log: RunLog) {
        self.command = command
        self.countMax = countMax
        self.log = log
    }

    /// Starts the command for an arrival, now or when an earlier one has ended.
    func start(_ arrival: ArrivalOutput) {
        idle.enter()
        state.withLock { $0.queue.append(arrival) }
        startNext()
    }

    /// Waits until every hook has ended.
    func finish() { idle.wait() }

    private func startNext() {
        let next: ArrivalOutput? = state.withLock { state in
            guard state.runningCount < countMax, !state.queue.isEmpty else { return nil }
            state.runningCount += 1
            return state.queue.removeFirst()
        }
        guard let next else { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let input = Pipe()
        process.standardInput = input
        process.terminationHandler = { [self] process in
            let status = process.terminationStatus
            if status != 0 { log.say("hook ended with status \(status) for \(next.message ?? "")") }
            end()
        }
        do {
            // Written before the start, while this side still reads: a line fits into the pipe, and
            // a hook that ends without reading cannot kill this program with SIGPIPE.
            let line = try JSONText.line(next) + "\n"
            try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
            try input.fileHandleForWriting.close()
            try process.run()
        } catch {
            log.say("hook cannot be started for \(next.message ?? "")")
            end()
        }
    }

    private func end() {
        state.withLock { $0.runningCount -= 1 }
        startNext()
        idle.leave()
    }
}
