internal import Foundation
internal import Synchronization

/// Is what the two threads of a pass know of each other.
final class Progress: Sendable {
    /// How long nothing may happen.
    let patience: Duration = .seconds(30)
    private let sending = Atomic(false)
    private let stopped = Atomic(false)
    private let ready = DispatchSemaphore(value: 0)

    /// Whether the sender has begun.
    var isSending: Bool { sending.load(ordering: .acquiring) }

    /// Says that messages come now.
    func beginSending() { sending.store(true, ordering: .releasing) }

    /// Says that the receiver can take messages, or has failed.
    func receiverIsReady() { ready.signal() }

    /// Waits for the receiver.
    func waitForReceiver() { ready.wait() }

    /// Makes the other side end.
    func stop() { stopped.store(true, ordering: .releasing) }

    /// - Throws: if the other side has failed.
    func check() throws {
        guard !stopped.load(ordering: .acquiring) else { throw OtherSideFailed() }
    }
}

/// Ends one thread because the other has something to report.
struct OtherSideFailed: Error {}
