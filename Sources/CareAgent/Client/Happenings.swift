internal import CareModel
internal import Synchronization

/// Is the sequence of what happens to an ``AgentClient``, from the moment it was asked for.
///
/// Each sequence has a buffer of its own, of a fixed length. Whoever is too slow misses the oldest
/// happenings and is told how many by ``Happening/missed(_:)`` in their place; nobody else waits for
/// them. Ends when the client ends, or when the task that iterates is cancelled. To be iterated once.
public struct Happenings: AsyncSequence, Sendable {
    /// What it brings.
    public typealias Element = Happening
    /// It never fails.
    public typealias Failure = Never

    let feed: HappeningFeed

    /// Begins to listen.
    public func makeAsyncIterator() -> Iterator { Iterator(feed: feed) }

    /// Takes one happening after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let feed: HappeningFeed

        /// The next happening, once there is one; nil at the end.
        public mutating func next() async -> Happening? { await feed.next() }

        /// The next happening, once there is one; nil at the end.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async -> Happening? {
            await feed.next()
        }
    }
}

/// Is the buffer between the client's thread and one task that listens.
final class HappeningFeed: Sendable {
    private struct State {
        var buffer: [Happening] = []
        var missedCount = 0
        var isEnded = false
        var listener: CheckedContinuation<Happening?, Never>?
    }

    private let lengthMax: Int
    private let state = Mutex(State())

    init(lengthMax: Int) {
        precondition(lengthMax > 0)
        self.lengthMax = lengthMax
    }

    /// Hands a happening over; never waits.
    func put(_ happening: Happening) {
        let listener: CheckedContinuation<Happening?, Never>? = state.withLock { state in
            guard !state.isEnded else { return nil }
            if let listener = state.listener {
                state.listener = nil
                return listener
            }
            if state.buffer.count == lengthMax {
                state.buffer.removeFirst()
                state.missedCount += 1
            }
            state.buffer.append(happening)
            return nil
        }
        listener?.resume(returning: happening)
    }

    /// Nothing more comes; what is in the buffer is still taken.
    func end() {
        let listener = state.withLock { state in
            state.isEnded = true
            defer { state.listener = nil }
            return state.listener
        }
        listener?.resume(returning: nil)
    }

    func next() async -> Happening? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: Happening?? = state.withLock { state in
                    if state.missedCount > 0 {
                        defer { state.missedCount = 0 }
                        return .some(.missed(state.missedCount))
                    }
                    if !state.buffer.isEmpty { return .some(state.buffer.removeFirst()) }
                    guard !state.isEnded else { return .some(nil) }
                    precondition(state.listener == nil, "happenings are iterated by one task")
                    state.listener = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            end()
        }
    }
}
