import CZeroMQ
import Glibc
import Synchronization

/// Lets any thread end a `Poller.wait` of another one.
///
/// Put the work where the owner finds it, then `signal()`. The owner calls `drain()` first and
/// takes the work afterwards; no work is then overlooked.
public final class WakeUp: Sendable {
    /// Becomes readable by `signal()`, for pollers.
    public let fileDescriptor: Int32

    private let isPending = Atomic(false)

    /// Makes a wake-up with a descriptor of its own (eventfd).
    ///
    /// - Throws: `.tooManyOpenFiles`, `.tooManyOpenFilesInSystem`, `.outOfMemory`.
    public init() throws(ZeroMQError) {
        let descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .last("make wake-up") }
        fileDescriptor = descriptor
    }

    deinit {
        _ = Glibc.close(fileDescriptor)
    }

    /// Wakes the owner; costs one atomic exchange when it has been woken already.
    ///
    /// Never waits. Everything written before the call is seen by the owner after its `drain()`.
    public func signal() {
        guard !isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        // The counter is far from its limit, so only a signal handler can make this fail.
        while write(fileDescriptor, &one, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    }

    /// Takes the signal back, for the owner; true when there was one.
    ///
    /// The descriptor is emptied before the flag: the other way round, a signal between the two
    /// would leave the flag set with nothing to read, and no later one would wake anybody.
    @discardableResult
    public func drain() -> Bool {
        var count: UInt64 = 0
        while read(fileDescriptor, &count, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
        return isPending.exchange(false, ordering: .acquiringAndReleasing)
    }
}
