internal import Synchronization
internal import ZeroMQ

/// Asks a broker again and again whether it is there, and keeps the longest wait for its answer.
///
/// Asks on a thread of its own; callable from any thread.
final class WaitTimer: Sendable {
    private let progress = WaitProgress()
    private let worker: Worker<Void>

    /// Starts asking, as an agent with these keys.
    init(_ agent: String, keys: CurveKeyPair, at address: BrokerAddress, in context: Context) {
        worker = Worker { [progress] in
            let connection = try Connection(agent, keys: keys, to: address, in: context)
            while !progress.isStopped {
                progress.asks()
                try connection.waitForPong()
                progress.hears()
                _ = try connection.receive(timeout: .milliseconds(20))
            }
        }
    }

    /// The longest wait since this was last asked, in milliseconds; one that goes on counts too.
    func longest() -> Double { Double(progress.longest()) / 1e6 }

    /// Ends it.
    ///
    /// - Throws: if the broker ended the session or did not answer at all.
    func stop() throws {
        progress.stop()
        try worker.result().get()
    }
}

/// Is what the asking thread and the others know of each other.
private final class WaitProgress: Sendable {
    private struct State {
        var longest: UInt64 = 0
        var askedAt: UInt64?
        var isStopped = false

        func wait(until now: UInt64) -> UInt64 { max(longest, askedAt.map { now - $0 } ?? 0) }
    }

    private let state = Mutex(State())
    private let clock = BenchClock()

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func stop() { state.withLock { $0.isStopped = true } }

    func asks() { state.withLock { $0.askedAt = clock.nanoseconds } }

    func hears() {
        state.withLock {
            $0.longest = $0.wait(until: clock.nanoseconds)
            $0.askedAt = nil
        }
    }

    func longest() -> UInt64 {
        state.withLock { state in
            defer { state.longest = 0 }
            return state.wait(until: clock.nanoseconds)
        }
    }
}
